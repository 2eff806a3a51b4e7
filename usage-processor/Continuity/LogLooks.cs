using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Continuity;

/// <summary>
/// Looks at logs. A loss is believed when every look has seen it for as long as <c>lossPatience</c>, in which a log that looks shorter
/// because of a change of leaders becomes itself again; until then the partition gets no verdict, and the others have theirs. One
/// look at a time, and one of these for each who asks.
/// </summary>
internal sealed class LogLooks(
    Func<IReadOnlyDictionary<int, long>, CancellationToken, IReadOnlyDictionary<int, LogObservation>> look,
    TimeSpan lossPatience,
    TimeProvider timeProvider)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Looks that are farther apart say nothing of the time between.</summary>
    private static readonly TimeSpan LongestBetweenLooks = TimeSpan.FromSeconds(30);

    private Dictionary<int, Suspicion> _suspicions = [];
    private bool _isIncomplete;

    /// <summary>
    /// Looks on a thread of its own, a moment later where the last look left something open. A partition of which Kafka says nothing
    /// in time, or whose loss is not believed yet, gets no verdict: it is to be asked for again.
    /// </summary>
    /// <param name="asked">By partition, what the log has to have.</param>
    /// <param name="cancellationToken">Gives up early.</param>
    public Task<Dictionary<int, LogVerdict>> LookAsync(Dictionary<int, StoredOffset> asked, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Look(asked, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Dictionary<int, LogVerdict> Look(Dictionary<int, StoredOffset> asked, CancellationToken cancellationToken)
    {
        if (_isIncomplete)
        {
            cancellationToken.WaitHandle.WaitOne(BetweenLooks);
        }

        var verdicts = new Dictionary<int, LogVerdict>();
        var suspicions = new Dictionary<int, Suspicion>();
        foreach (var (partition, log) in look(asked.ToDictionary(static stored => stored.Key, static stored => stored.Value.Next), cancellationToken))
        {
            var verdict = LogJudge.Judge(asked[partition], log);
            if (verdict.Loss is null || IsBelieved(partition, asked[partition], suspicions))
            {
                verdicts.Add(partition, verdict);
            }
        }

        _suspicions = suspicions;
        _isIncomplete = verdicts.Count < asked.Count;
        return verdicts;
    }

    private bool IsBelieved(int partition, StoredOffset asked, Dictionary<int, Suspicion> suspicions)
    {
        var now = timeProvider.GetTimestamp();
        var since = _suspicions.TryGetValue(partition, out var former)
            && former.Asked == asked && timeProvider.GetElapsedTime(former.SeenAt, now) <= LongestBetweenLooks
                ? former.Since
                : now;
        suspicions.Add(partition, new Suspicion(asked, since, now));
        return timeProvider.GetElapsedTime(since, now) >= lossPatience;
    }

    /// <param name="Asked">What the log seems not to have.</param>
    /// <param name="Since">When that was seen first.</param>
    /// <param name="SeenAt">When it was seen last.</param>
    private readonly record struct Suspicion(StoredOffset Asked, long Since, long SeenAt);
}
