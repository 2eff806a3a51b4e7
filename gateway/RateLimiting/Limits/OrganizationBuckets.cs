using Gateway.Organizations;
using Gateway.Quotas;
using Gateway.RateLimiting.Buckets;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Limits;

/// <summary>What this gateway has and knows of an organization's buckets: for as long as the organization sends requests.</summary>
/// <remarks>All of it, and of the buckets, is guarded by <see cref="Gate"/>. Nothing waits while it is held.</remarks>
internal sealed class OrganizationBuckets(Guid organizationId)
{
    private readonly Dictionary<RedisKey, LocalBucket> _buckets = [];
    private readonly Dictionary<(Guid Key, RouteLimits? Route), RequestLimits> _limits = [];
    private OrganizationTerms? _terms;
    private Limit[] _common = [];
    private RequestLimits? _ofMost;
    private QuotaMonth _month;

    public Lock Gate { get; } = new();

    public Guid OrganizationId { get; } = organizationId;

    /// <summary>Whether a call that asks for leases is under way.</summary>
    public bool IsLeasing { get; set; }

    /// <summary>When a request last came.</summary>
    public long LastRequestAt { get; set; }

    /// <summary>Whether Redis should hear of any bucket, now or later.</summary>
    public bool HasNews => _buckets.Values.Any(static bucket => bucket.HasNews);

    /// <summary>Buckets that Redis should hear of now, as many as one call tells of.</summary>
    /// <param name="now">The time.</param>
    /// <param name="silence">How long nobody must have spent of leased units.</param>
    public Limit[] LimitsWithNews(long now, long silence) =>
    [
        .. _buckets.Values
            .Where(bucket => bucket.LastLimit is not null && bucket.HasNewsDue(now, silence))
            .Select(static bucket => bucket.LastLimit!)
            .Take(RequestLimits.Maximum),
    ];

    /// <summary>What a request takes from.</summary>
    /// <param name="terms">What holds for the organization now.</param>
    /// <param name="keyId">The key that it came with.</param>
    /// <param name="route">The route that it takes.</param>
    /// <param name="areShadow">Whether the gateway refuses nobody.</param>
    /// <param name="timeProvider">For the month that it is.</param>
    public RequestLimits LimitsOf(OrganizationTerms terms, Guid keyId, RouteLimits route, bool areShadow, TimeProvider timeProvider)
    {
        var limits = terms.Limits;
        if (!ReferenceEquals(terms, _terms) || (limits.Quota is not null && !_month.Contains(timeProvider.GetUtcNow())))
        {
            Renew(terms, areShadow, timeProvider);
        }

        var key = limits.Keys.ContainsKey(keyId) ? keyId : Guid.Empty;
        var limitedRoute = route.PerMinute is not null || limits.Routes.ContainsKey(route.RouteName) ? route : null;
        if (key == Guid.Empty && limitedRoute is null)
        {
            return _ofMost!;
        }

        if (!_limits.TryGetValue((key, limitedRoute), out var special))
        {
            special = new RequestLimits([.. _common, .. Special(terms, key, limitedRoute, areShadow)]);
            _limits.Add((key, limitedRoute), special);
        }

        return special;
    }

    private void Renew(OrganizationTerms terms, bool areShadow, TimeProvider timeProvider)
    {
        _terms = terms;
        _limits.Clear();
        var limits = terms.Limits;
        List<Limit> common =
        [
            OfTokens(Periods.Minute, Periods.Minute.Name, limits.PerMinute, terms, areShadow),
            OfTokens(Periods.Day, Periods.Day.Name, limits.PerDay, terms, areShadow),
        ];
        if (limits.Quota is { } quota)
        {
            _month = QuotaMonth.At(timeProvider.GetUtcNow(), quota.TimeZone);
            common.Add(Remember(Limit.OfQuota(Bucket(QuotaCounters.KeyOf(OrganizationId, _month)), quota, _month)));
        }

        _common = [.. common];
        _ofMost = new RequestLimits(_common);
    }

    private IEnumerable<Limit> Special(OrganizationTerms terms, Guid keyId, RouteLimits? route, bool areShadow)
    {
        if (terms.Limits.Keys.TryGetValue(keyId, out var ofKey))
        {
            yield return OfTokens(Periods.KeyMinute, $"key:{keyId}", ofKey, terms, areShadow);
        }

        if (route is not null)
        {
            // What an operator has set for the organization goes before what the route says for all.
            var ofRoute = terms.Limits.Routes.TryGetValue(route.RouteName, out var own) ? own : route.PerMinute!.Value;
            yield return OfTokens(Periods.RouteMinute, $"route:{route.RouteName}", ofRoute, terms, areShadow);
        }
    }

    // The braces are a hash tag: on Redis Cluster all of an organization's buckets are in one slot, for one script call.
    private Limit OfTokens((string Name, int Milliseconds) period, string bucket, LimitTerms limit, OrganizationTerms terms, bool areShadow) =>
        Remember(Limit.OfBucket(
            period,
            Bucket($"ratelimit:{{{OrganizationId}}}:{bucket}"),
            limit.Size,
            terms.Version,
            refuses: !(limit.IsShadow || terms.Limits.AreShadow || areShadow)));

    private LocalBucket Bucket(RedisKey key)
    {
        if (!_buckets.TryGetValue(key, out var bucket))
        {
            bucket = new LocalBucket(key);
            _buckets.Add(key, bucket);
        }

        return bucket;
    }

    private static Limit Remember(Limit limit)
    {
        limit.Bucket.LastLimit = limit;
        return limit;
    }
}
