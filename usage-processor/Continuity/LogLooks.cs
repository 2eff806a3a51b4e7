using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Continuity;

/// <summary>Looks at logs, several times where something seems to be gone.</summary>
internal sealed class LogLooks(LogReader reader)
{
    /// <summary>A loss is believed when it was seen so often: after a change of leaders a log can look shorter for a moment.</summary>
    private const int LooksAtLoss = 3;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Looks on a thread of its own.</summary>
    /// <inheritdoc cref="Look"/>
    public Task<Dictionary<int, LogVerdict>> LookAsync(Dictionary<int, StoredOffset> asked, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Look(asked, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Blocks. A partition of which Kafka says nothing in time gets no verdict.</summary>
    /// <param name="asked">By partition, what the log has to have.</param>
    /// <param name="cancellationToken">Gives up early.</param>
    private Dictionary<int, LogVerdict> Look(Dictionary<int, StoredOffset> asked, CancellationToken cancellationToken)
    {
        var verdicts = new Dictionary<int, LogVerdict>();
        var open = asked;
        for (var look = 1; look <= LooksAtLoss && open.Count > 0; look++)
        {
            if (look > 1 && cancellationToken.WaitHandle.WaitOne(BetweenLooks))
            {
                break;
            }

            var observed = reader.Look(open.ToDictionary(static stored => stored.Key, static stored => stored.Value.Next), cancellationToken);
            foreach (var (partition, log) in observed)
            {
                verdicts[partition] = LogJudge.Judge(open[partition], log);
            }

            // Those that were not seen keep no verdict from an earlier look: they are asked again in the next turn.
            foreach (var unseen in open.Keys.Except(observed.Keys))
            {
                verdicts.Remove(unseen);
            }

            if (observed.Count < open.Count)
            {
                cancellationToken.WaitHandle.WaitOne(BetweenLooks);
            }

            open = open.Where(stored => verdicts.TryGetValue(stored.Key, out var verdict) && verdict.Loss is not null).ToDictionary();
        }

        return verdicts;
    }
}
