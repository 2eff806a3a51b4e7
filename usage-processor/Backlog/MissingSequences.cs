namespace Gateway.UsageProcessor.Backlog;

/// <summary>
/// Tells what is missing from what is on its way, by counts alone: to look at the rows, as <c>keygen reconcile</c> does, is too
/// much to do every half a minute. What a source has minted within the grace may be on its way; of what is absent beyond that,
/// as many are missing. So while a source is busy this says at least how many, and from a grace after it has paused or ended, exactly.
/// </summary>
internal sealed class MissingSequences(TimeProvider timeProvider)
{
    /// <summary>How long an event may be on its way, as keygen's default is.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Queue<(long At, long Minted)>> _before = new(StringComparer.Ordinal);

    /// <summary>How many are missing. To be called regularly; a source of which nothing was known a grace ago is given time.</summary>
    public long Count(IReadOnlyCollection<SourceCount> sources)
    {
        var now = timeProvider.GetTimestamp();
        var gone = _before.Keys.Except(sources.Select(static source => source.Source), StringComparer.Ordinal).ToArray();
        foreach (var source in gone)
        {
            _before.Remove(source);
        }

        return sources.Sum(source => Count(source, now));
    }

    private long Count(in SourceCount source, long now)
    {
        if (!_before.TryGetValue(source.Source, out var samples))
        {
            samples = _before[source.Source] = new();
        }

        samples.Enqueue((now, source.Minted));

        // The youngest that is old enough stays at the front.
        while (samples.Count > 1 && timeProvider.GetElapsedTime(samples.ElementAt(1).At, now) >= Grace)
        {
            samples.Dequeue();
        }

        var (at, minted) = samples.Peek();
        return timeProvider.GetElapsedTime(at, now) < Grace ? 0 : Math.Max(0, source.Absent - (source.Minted - minted));
    }
}
