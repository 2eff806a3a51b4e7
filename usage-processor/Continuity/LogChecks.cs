using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Continuity;

/// <summary>
/// Has the log of every partition looked at before anything of it is taken. The looking runs on a thread of its own; everything here
/// is called by the consuming thread alone, and the other partitions go on meanwhile. <c>moved</c> is told where a partition goes
/// on, if that is not what the database says, or if the database lacks its fingerprint.
/// </summary>
internal sealed class LogChecks(
    ConsumerOptions options, Assignment assignment, LogLooks looks, ILogger logger, Action<AssignedPartition, long, long?> moved) : IDisposable
{
    private readonly CancellationTokenSource _givingUp = new();
    private Task<Dictionary<int, LogVerdict>>? _looking;
    private Dictionary<int, StoredOffset> _asked = [];
    private LostMessagesException? _lost;

    /// <summary>Whether a log is being looked at.</summary>
    public bool IsBusy => _looking is not null;

    /// <summary>
    /// Takes note of what was seen, and has the next logs looked at. Answers what to stop with when something is gone and the
    /// operator has not said to go on.
    /// </summary>
    public LostMessagesException? Turn()
    {
        Settle();
        if (_lost is null)
        {
            Start();
        }

        return _lost;
    }

    /// <summary>Blocks until every partition whose offset is known was looked at, or the time is over. Throws nothing.</summary>
    public void Wait(TimeSpan time)
    {
        Start();
        if (_looking is not null && _looking.EndsWithin(time) && _looking.IsCompletedSuccessfully)
        {
            Settle();
        }
    }

    public void Dispose()
    {
        _givingUp.Cancel();
        _givingUp.Dispose();
    }

    private void Start()
    {
        if (_looking is not null || !assignment.HasUnconfirmed)
        {
            return;
        }

        _asked = assignment.Partitions
            .Where(static partition => partition.Unconfirmed is not null)
            .ToDictionary(static partition => partition.Number, static partition => partition.Unconfirmed!.Value);
        _looking = looks.LookAsync(_asked, _givingUp.Token);
    }

    private void Settle()
    {
        if (_looking is not { IsCompleted: true } looking)
        {
            return;
        }

        _looking = null;
        var lost = new List<(AssignedPartition Partition, LogVerdict Verdict)>();
        foreach (var (number, verdict) in looking.GetAwaiter().GetResult())
        {
            // It may have been taken back or read anew meanwhile.
            if (!assignment.TryGet(number, out var partition) || partition.Unconfirmed != _asked[number])
            {
                continue;
            }

            if (verdict.Loss is { } loss)
            {
                if (options.OnLostMessages == LossPolicy.Stop)
                {
                    lost.Add((partition, verdict));
                    continue;
                }

                logger.WentOnAfterLoss(options.Topic, number, loss.Expected, loss.Found, loss.Gone, verdict.GoOnAt);
            }

            Confirm(partition, _asked[number], verdict);
        }

        assignment.Changed();
        if (lost.Count > 0)
        {
            _lost = LostMessagesException.Of(options.Topic, lost);
        }
    }

    private void Confirm(AssignedPartition partition, StoredOffset stored, LogVerdict verdict)
    {
        if (stored.IsNew && verdict.GoOnAt > 0)
        {
            logger.LogBeginsLate(options.Topic, partition.Number, verdict.GoOnAt);
        }

        partition.Confirmed(verdict.GoOnAt, verdict.Fingerprint);
        if (stored.IsNew || verdict.GoOnAt != stored.Next || verdict.Fingerprint != stored.Fingerprint)
        {
            moved(partition, verdict.GoOnAt, verdict.Fingerprint);
        }
    }
}
