using System.Collections.Frozen;
using System.Data.Common;
using Gateway.Quotas;
using Gateway.RateLimiting;
using Gateway.RateLimiting.Limits;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>How an organization's limits and quota are read.</summary>
internal sealed class LimitColumns(RateLimitOptions defaults, QuotaTimeZones timeZones)
{
    /// <summary>Columns of an organization's limits, for <see cref="Read"/>.</summary>
    public const string OfLimits =
        """
        organization.limits_are_shadow,
        limits.periods, limits.key_ids, limits.routes, limits.limit_units, limits.burst_units, limits.are_shadow,
        quota.units_per_month, quota.enforcement = 'hard' AS is_hard, quota.time_zone
        """;

    /// <summary>How many <see cref="OfLimits"/> are.</summary>
    public const int CountOfLimits = 10;

    /// <summary>Joined to one organization, or a few: looks up the limits of each.</summary>
    public const string ForSome =
        $"""
        LEFT JOIN LATERAL (
            SELECT {Aggregates} FROM rate_limit_configs AS config WHERE config.organization_id = organization.id) AS limits ON true
        {Quotas}
        """;

    /// <summary>Joined to all organizations: collects all limits once, which takes nothing for those that have none.</summary>
    public const string ForAll =
        $"""
        LEFT JOIN (
            SELECT config.organization_id, {Aggregates} FROM rate_limit_configs AS config GROUP BY config.organization_id) AS limits
            ON limits.organization_id = organization.id
        {Quotas}
        """;

    // One array a column: all in the same order, and null where there is no row.
    private const string Aggregates =
        """
        array_agg(config.period) AS periods, array_agg(config.api_key_id) AS key_ids, array_agg(config.route) AS routes,
        array_agg(config.limit_units) AS limit_units, array_agg(config.burst_units) AS burst_units, array_agg(config.is_shadow) AS are_shadow
        """;

    private const string Quotas = "LEFT JOIN quotas AS quota ON quota.organization_id = organization.id";
    private const string Minute = "minute";

    private readonly OrganizationLimits _defaults = Defaults(defaults, areShadow: false);
    private readonly OrganizationLimits _shadowDefaults = Defaults(defaults, areShadow: true);

    /// <param name="row">A row that has <see cref="OfLimits"/>.</param>
    /// <param name="first">The ordinal of the first of them.</param>
    public OrganizationLimits Read(DbDataReader row, int first)
    {
        var shared = row.GetBoolean(first) ? _shadowDefaults : _defaults;
        var limits = row.IsDBNull(first + 1) ? shared : ReadOwn(row, first + 1, shared);
        return row.IsDBNull(first + 7) ? limits : limits with { Quota = ReadQuota(row, first + 7) };
    }

    private static OrganizationLimits ReadOwn(DbDataReader row, int first, OrganizationLimits defaults)
    {
        var periods = row.GetFieldValue<string[]>(first);
        var keyIds = row.GetFieldValue<Guid?[]>(first + 1);
        var routes = row.GetFieldValue<string?[]>(first + 2);
        var limitUnits = row.GetFieldValue<long[]>(first + 3);
        var burstUnits = row.GetFieldValue<long[]>(first + 4);
        var areShadow = row.GetFieldValue<bool[]>(first + 5);

        var (perMinute, perDay) = (defaults.PerMinute, defaults.PerDay);
        Dictionary<Guid, LimitTerms>? ofKeys = null;
        Dictionary<string, LimitTerms>? ofRoutes = null;
        for (var index = 0; index < periods.Length; index++)
        {
            var terms = new LimitTerms(new BucketSize(limitUnits[index], burstUnits[index]), areShadow[index]);
            if (keyIds[index] is { } keyId)
            {
                (ofKeys ??= []).Add(keyId, terms);
            }
            else if (routes[index] is { } route)
            {
                (ofRoutes ??= new(StringComparer.Ordinal)).Add(route, terms);
            }
            else if (periods[index] == Minute)
            {
                perMinute = terms;
            }
            else
            {
                perDay = terms;
            }
        }

        return defaults with
        {
            PerMinute = perMinute,
            PerDay = perDay,
            Keys = ofKeys?.ToFrozenDictionary() ?? defaults.Keys,
            Routes = ofRoutes?.ToFrozenDictionary(StringComparer.Ordinal) ?? defaults.Routes,
        };
    }

    private Quota ReadQuota(DbDataReader row, int first) =>
        new(row.GetInt64(first), row.GetBoolean(first + 1), timeZones.Get(row.GetString(first + 2)));

    private static OrganizationLimits Defaults(RateLimitOptions defaults, bool areShadow) =>
        new(new LimitTerms(defaults.PerMinute), new LimitTerms(defaults.PerDay)) { AreShadow = areShadow };
}
