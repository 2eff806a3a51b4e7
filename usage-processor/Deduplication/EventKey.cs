using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Deduplication;

/// <summary>
/// What makes two messages the same event: exactly the primary key of <c>usage_events</c>, so that memory never calls
/// something a duplicate that the database would have stored.
/// </summary>
/// <param name="Id">The event's id.</param>
/// <param name="UtcTicks">Its time.</param>
internal readonly record struct EventKey(Guid Id, long UtcTicks)
{
    public static EventKey Of(UsageEvent usageEvent) => new(usageEvent.Id, usageEvent.Time.UtcTicks);
}
