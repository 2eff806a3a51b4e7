using Gateway.Hosting.Health;

namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// What only somebody outside can mend: says so when it begins, every minute, and when it has ended, and makes
/// <c>/health/ready</c> say so too. It has ended when a batch is stored, not when the database merely answers.
/// </summary>
internal sealed class Blockage(TimeProvider timeProvider, ILogger<Blockage> logger) : IReadinessCondition
{
    private static readonly TimeSpan ReminderInterval = TimeSpan.FromSeconds(60);

    private volatile string? _problem;
    private long _remindedAt;
    private long _since;

    public string Name => "storing usage events";

    public string? Problem => _problem;

    public void Goes(string refusal, string advice)
    {
        var isNew = _problem is null;

        // Before it is said: whoever reads the line finds the process unready.
        _problem = $"{refusal}: {advice}";
        if (isNew)
        {
            _since = timeProvider.GetTimestamp();
        }

        if (isNew || timeProvider.GetElapsedTime(_remindedAt) >= ReminderInterval)
        {
            _remindedAt = timeProvider.GetTimestamp();
            logger.StoringBlocked(refusal, advice);
        }
    }

    public void Ends()
    {
        if (_problem is not null)
        {
            _problem = null;
            logger.StoringUnblocked(timeProvider.GetElapsedTime(_since).TotalSeconds);
        }
    }
}
