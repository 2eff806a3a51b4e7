namespace Gateway.ApiKeys.Synchronization;

/// <summary>
/// How long ago the keys in memory were last known to be all that PostgreSQL has. Past the maximum age they are not
/// believed any more: a key that was revoked while PostgreSQL could not be reached must stop some time.
/// </summary>
internal sealed class KeyFreshness(ApiKeyOptions options, TimeProvider timeProvider)
{
    private long _confirmedAt = timeProvider.GetTimestamp();

    /// <summary>Up to when everything is known, as a timestamp of the clock.</summary>
    public long ConfirmedAt => Volatile.Read(ref _confirmedAt);

    /// <summary>How long ago that was.</summary>
    public TimeSpan Age => timeProvider.GetElapsedTime(ConfirmedAt);

    public bool IsGiven => Age < options.MaximumAge;

    /// <summary>Everything up to that moment is known.</summary>
    public void Confirm(long timestamp) => Volatile.Write(ref _confirmedAt, timestamp);
}
