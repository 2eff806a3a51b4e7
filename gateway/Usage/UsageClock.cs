using System.Globalization;
using Gateway.Contracts.Usage;
using Gateway.Hosting.Health;
using Gateway.Hosting.Startup;

namespace Gateway.Usage;

/// <summary>
/// Whether this machine's clock says a time that usage events can have. With another one no start is completed. Should it
/// become wrong later, that is said and makes unready; what is metered meanwhile is published like everything else, and the
/// usage-processor keeps it as dead letters: nobody can tell which hour it belongs to.
/// </summary>
internal sealed partial class UsageClock(TimeProvider timeProvider, ILogger<UsageClock> logger) : IDependency, IReadinessCondition
{
    private bool _isWrong;

    public string Name => "the machine's clock";

    public string? Problem => timeProvider.GetUtcNow() is var now && UsageEventJson.IsTime(now)
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"it says {now:u}: usage of a time outside 2020 to 2099 cannot be billed; set the clock");

    public Task CheckAsync(CancellationToken cancellationToken) =>
        Problem is { } problem ? Task.FromException(new InvalidOperationException(problem)) : Task.CompletedTask;

    /// <summary>To be called every second or so, and not by two at the same time: says when it becomes wrong, and right.</summary>
    public void Look()
    {
        var problem = Problem;
        if (problem is not null && !_isWrong)
        {
            ClockWrong(problem);
        }
        else if (problem is null && _isWrong)
        {
            ClockRight();
        }

        _isWrong = problem is not null;
    }

    [LoggerMessage(223, LogLevel.Critical, "the machine's clock is wrong, usage events become dead letters: {Problem}")]
    private partial void ClockWrong(string problem);

    [LoggerMessage(229, LogLevel.Information, "the machine's clock is right again")]
    private partial void ClockRight();
}
