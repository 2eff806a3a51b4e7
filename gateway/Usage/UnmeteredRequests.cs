namespace Gateway.Usage;

/// <summary>
/// How many requests were served without a usage event, because that is what the settings ask for while the journal is full:
/// nobody pays for them, so whoever keeps the books has to know. Always the total since the start, said again while it grows.
/// </summary>
internal sealed partial class UnmeteredRequests(TimeProvider timeProvider, ILogger<UnmeteredRequests> logger)
{
    /// <summary>Between two lines while it grows.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long _total;
    private long _said;
    private long _saidAt;

    /// <summary>Since the start.</summary>
    public long Total => Interlocked.Read(ref _total);

    public void Count() => Interlocked.Increment(ref _total);

    /// <summary>To be called every second or so, and not by two at the same time: says the total where it has grown.</summary>
    public void Say(string source)
    {
        if (Total > _said && (_said == 0 || timeProvider.GetElapsedTime(_saidAt) >= Interval))
        {
            SayTotal(source);
        }
    }

    /// <summary>Says the total, if there is one: to be called where it may grow no further, in place of <see cref="Say"/>.</summary>
    public void SayTotal(string source)
    {
        var total = Total;
        if (total > 0)
        {
            _said = total;
            _saidAt = timeProvider.GetTimestamp();
            RequestsUnmetered(source, total);
        }
    }

    [LoggerMessage(220, LogLevel.Critical, "{Source} has served {Unmetered} requests without metering them since its start: keygen reconcile misses their sequences")]
    private partial void RequestsUnmetered(string source, long unmetered);
}
