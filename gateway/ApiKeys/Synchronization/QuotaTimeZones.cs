using System.Collections.Concurrent;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>
/// Time zones by the names that PostgreSQL has checked. The gateway's machine may know fewer of them, or none where it has
/// no tzdata. A quota of such a zone still holds, in months of UTC: that is hours off at a month's ends, while refusing
/// the row would keep every change of every organization from this gateway. It is said once for each zone.
/// </summary>
internal sealed partial class QuotaTimeZones(ILogger<QuotaTimeZones> logger)
{
    private readonly ConcurrentDictionary<string, TimeZoneInfo> _zones = new(StringComparer.Ordinal);

    /// <summary>The zone, or UTC where this machine does not know it.</summary>
    public TimeZoneInfo Get(string name) => _zones.TryGetValue(name, out var zone) ? zone : Find(name);

    private TimeZoneInfo Find(string name)
    {
        var isKnown = TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone);
        zone = isKnown ? zone! : TimeZoneInfo.Utc;
        if (_zones.TryAdd(name, zone) && !isKnown)
        {
            UnknownZone(name);
        }

        return zone;
    }

    [LoggerMessage(261, LogLevel.Error, "the time zone {Zone} of a quota is not known on this machine (is tzdata installed?), its months begin at midnight UTC here")]
    private partial void UnknownZone(string zone);
}
