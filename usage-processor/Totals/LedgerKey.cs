using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Totals;

/// <summary>The primary key of <c>usage_ledger</c>.</summary>
/// <param name="OrganizationId">Who pays.</param>
/// <param name="ApiKeyId">With which key.</param>
/// <param name="Route">On which route.</param>
/// <param name="Hour">When the hour began, UTC.</param>
internal readonly record struct LedgerKey(Guid OrganizationId, Guid ApiKeyId, string Route, DateTime Hour)
{
    public static LedgerKey Of(UsageEvent usageEvent)
    {
        var ticks = usageEvent.Time.UtcTicks;
        return new LedgerKey(
            usageEvent.OrganizationId, usageEvent.ApiKeyId, usageEvent.Route,
            new DateTime(ticks - (ticks % TimeSpan.TicksPerHour), DateTimeKind.Utc));
    }
}
