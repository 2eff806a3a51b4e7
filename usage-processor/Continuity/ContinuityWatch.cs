using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Continuity;

/// <summary>
/// Looks every few seconds whether the logs that are being read still have what was read of them: a topic that is made anew in a
/// moment, and is larger than the former one, looks to librdkafka as if nothing had happened. Where it does not, the partition
/// goes back to before that (what was read of the new log meanwhile is refused as copies, should it come again). The looking
/// runs on a thread of its own; everything here is called by the consuming thread alone.
/// </summary>
internal sealed class ContinuityWatch(
    ConsumerOptions options,
    Assignment assignment,
    LogLooks looks,
    TimeProvider timeProvider,
    ILogger logger,
    Action<AssignedPartition, StoredOffset> goBack) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _givingUp = new();
    private readonly List<Question> _questions = [];
    private Task<Dictionary<int, LogVerdict>>? _looking;
    private long _lookedAt = timeProvider.GetTimestamp();
    private LostMessagesException? _lost;

    /// <summary>Answers what to stop with when a log is not the one that was read and the operator has not said to go on.</summary>
    public LostMessagesException? Turn()
    {
        if (_looking is { IsCompleted: true } looking)
        {
            _looking = null;
            Settle(looking.GetAwaiter().GetResult());
        }

        if (_looking is null && _lost is null && timeProvider.GetElapsedTime(_lookedAt) >= Interval)
        {
            _lookedAt = timeProvider.GetTimestamp();
            Start();
        }

        return _lost;
    }

    public void Dispose()
    {
        _givingUp.Cancel();
        _givingUp.Dispose();
    }

    private void Start()
    {
        _questions.Clear();
        foreach (var partition in assignment.Partitions)
        {
            // What is stored by now belongs to the log that is looked at from now on, if that is still the former one.
            if (partition is { IsPositioned: true, Anchor: { } anchor, LastStored: { } stored } && anchor != stored)
            {
                _questions.Add(new Question(partition, anchor, stored));
            }
        }

        if (_questions.Count > 0)
        {
            var asked = _questions.ToDictionary(static question => question.Partition.Number, static question => question.Anchor);
            _looking = looks.LookAsync(asked, _givingUp.Token);
        }
    }

    private void Settle(Dictionary<int, LogVerdict> verdicts)
    {
        var lost = new List<(AssignedPartition Partition, LogVerdict Verdict)>();
        foreach (var (partition, anchor, stored) in _questions)
        {
            // It may have been taken back, or is being read anew; then it is asked again.
            if (!assignment.Contains(partition) || partition.StoredOffset is null || !verdicts.TryGetValue(partition.Number, out var verdict))
            {
                continue;
            }

            // Retention has deleted what was read long ago, as it should.
            if (verdict.Loss is not { } loss || anchor.Next < verdict.GoOnAt)
            {
                partition.Anchor = stored;
            }
            else if (options.OnLostMessages == LossPolicy.Stop)
            {
                lost.Add((partition, verdict));
                goBack(partition, anchor);
            }
            else
            {
                logger.WentOnAfterLoss(options.Topic, partition.Number, loss.Expected, loss.Found, loss.Gone, verdict.GoOnAt);
                goBack(partition, new StoredOffset(verdict.GoOnAt, null, IsNew: false));
            }
        }

        if (lost.Count > 0)
        {
            _lost = LostMessagesException.Of(options.Topic, lost);
        }
    }

    /// <summary>Whether the log still has what was stored some time ago, and what has been stored since.</summary>
    private readonly record struct Question(AssignedPartition Partition, StoredOffset Anchor, StoredOffset Stored);
}
