using System.Collections.Concurrent;
using Gateway.ApiKeys;
using Gateway.Quotas;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Fallback;
using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Limits;
using Gateway.RateLimiting.Redis;
using StackExchange.Redis;

namespace Gateway.RateLimiting;

/// <summary>
/// Decides whether a request may go on: from what was leased where there is enough, else in Redis, and while Redis cannot, by
/// this gateway's share. Never an error, and never more than the timeout of delay. While Redis can be asked, no limit is
/// ever exceeded, over any number of gateways.
/// </summary>
internal sealed partial class RateLimiter(
    RedisScripts redis,
    LiveGateways gateways,
    QuotaSeeding quotaSeeding,
    QuotaWatch quotaWatch,
    RateLimitOptions options,
    LimitMetrics metrics,
    TimeProvider timeProvider,
    ILogger<RateLimiter> logger)
{
    private const int MissingQuota = -1;

    private static readonly RedisScript Script = RedisScript.Embedded("buckets.lua");

    private readonly ConcurrentDictionary<Guid, OrganizationBuckets> _organizations = new();

    /// <summary>Organizations whose buckets Redis should hear of even if no request comes any more.</summary>
    public ConcurrentDictionary<OrganizationBuckets, bool> WithNews { get; } = new();

    // Milliseconds on this gateway's own clock.
    private long Now => timeProvider.GetTimestamp() / (timeProvider.TimestampFrequency / 1000);

    /// <summary>Takes what a request costs from all of its limits, or from none.</summary>
    /// <param name="key">Who sent it.</param>
    /// <param name="route">Where it goes.</param>
    /// <param name="units">What it costs, more than 0.</param>
    public ValueTask<LimitDecision> DecideAsync(ApiKey key, RouteLimits route, long units)
    {
        var organization = BucketsOf(key.OrganizationId);
        BucketCall? request = null, renewal = null;
        LimitDecision decision;
        lock (organization.Gate)
        {
            var now = Now;
            organization.LastRequestAt = now;
            var limits = organization.LimitsOf(key.Organization.Terms, key.Id, route, options.AreShadow, timeProvider);
            if (!redis.IsAvailable)
            {
                decision = DecideWithoutRedis(organization, limits, route, units, now);
            }
            else if (LeasedDecisions.TryDecide(limits, units, options.Leases, now, out decision))
            {
                if (decision.By == DecidedBy.Lease && !organization.IsLeasing && LeasedDecisions.ShouldRenew(limits, units, options.Leases, now))
                {
                    renewal = Prepare(organization, limits, units: 0, units, now);
                }
            }
            else
            {
                request = Prepare(organization, limits, units, units, now);
            }
        }

        if (request is not null)
        {
            return AskAsync(organization, request, route);
        }

        if (renewal is not null)
        {
            _ = RunAsync(organization, renewal).AsTask();
        }

        metrics.Count(decision);
        return new ValueTask<LimitDecision>(decision);
    }

    /// <summary>The request was not billed: a quota counts it no longer. Token buckets do; they protect, and it was work.</summary>
    public void Refund(Guid organizationId, in LimitDecision decision)
    {
        if (decision.Limits is not { } limits || !decision.IsAllowed || decision.By == DecidedBy.Open)
        {
            return;
        }

        var organization = BucketsOf(organizationId);
        lock (organization.Gate)
        {
            foreach (var limit in limits.Limits)
            {
                if (limit.Quota is not null)
                {
                    limit.Bucket.Refund(decision.Units);
                    WithNews.TryAdd(organization, true);
                }
            }
        }
    }

    /// <summary>
    /// Tells Redis what it should hear of an organization, and gives leases back. Where Redis cannot be asked, the
    /// organization keeps its place in <see cref="WithNews"/>: what was spent meanwhile is a debt until Redis has heard of it.
    /// </summary>
    /// <param name="organization">Whose buckets they are.</param>
    /// <param name="silence">For how many milliseconds nobody must have spent of what is given back.</param>
    public async Task ReturnAsync(OrganizationBuckets organization, long silence)
    {
        // One call tells of a few; where it was full there may be more.
        BucketCall? call;
        do
        {
            call = redis.IsAvailable ? PrepareReturn(organization, silence) : null;
        }
        while (call is not null && await RunAsync(organization, call) is not null && call.Limits.Limits.Length == RequestLimits.Maximum);

        lock (organization.Gate)
        {
            if (!organization.HasNews)
            {
                WithNews.TryRemove(organization, out _);
            }
        }
    }

    /// <summary>Forgets organizations that have sent nothing for that long; nothing of theirs is left here then.</summary>
    public void Forget(TimeSpan idle)
    {
        var oldest = Now - (long)idle.TotalMilliseconds;
        foreach (var (id, organization) in _organizations)
        {
            if (organization.LastRequestAt < oldest && !WithNews.ContainsKey(organization))
            {
                _organizations.TryRemove(id, out _);
            }
        }
    }

    private OrganizationBuckets BucketsOf(Guid organizationId) =>
        _organizations.TryGetValue(organizationId, out var organization)
            ? organization
            : _organizations.GetOrAdd(organizationId, static id => new OrganizationBuckets(id));

    private BucketCall? PrepareReturn(OrganizationBuckets organization, long silence)
    {
        lock (organization.Gate)
        {
            var now = Now;
            var limits = organization.LimitsWithNews(now, silence);
            return limits.Length == 0 ? null : LeasedDecisions.PrepareReturn(limits, now);
        }
    }

    private BucketCall Prepare(OrganizationBuckets organization, RequestLimits limits, long units, long usualUnits, long now)
    {
        var call = LeasedDecisions.Prepare(limits, units, usualUnits, options.Leases, !organization.IsLeasing, now);
        organization.IsLeasing |= call.Leases;
        return call;
    }

    private LimitDecision DecideWithoutRedis(OrganizationBuckets organization, RequestLimits limits, RouteLimits route, long units, long now)
    {
        if (route.WhenRedisIsDown != RedisOutage.LocalShare)
        {
            var isOpen = route.WhenRedisIsDown == RedisOutage.Open;
            return LimitDecision.Of(limits, units, isOpen ? DecidedBy.Open : DecidedBy.Closed);
        }

        WithNews.TryAdd(organization, true);
        return LocalShares.Decide(limits, units, gateways.Count, now);
    }

    private async ValueTask<LimitDecision> AskAsync(OrganizationBuckets organization, BucketCall call, RouteLimits route)
    {
        var decision = await RunAsync(organization, call) ?? Decide();
        metrics.Count(decision);
        return decision;

        LimitDecision Decide()
        {
            lock (organization.Gate)
            {
                return DecideWithoutRedis(organization, call.Limits, route, call.Units, Now);
            }
        }
    }

    /// <returns>Null where Redis could not decide.</returns>
    private async ValueTask<LimitDecision?> RunAsync(OrganizationBuckets organization, BucketCall call)
    {
        RedisValue[]? answer = null;
        try
        {
            answer = await TryRunAsync(organization, call);
            if (answer is not null && (long)answer[0] == MissingQuota)
            {
                await SeedAsync(organization, call.Limits);
                answer = await TryRunAsync(organization, call);
            }
        }
        catch (Exception exception)
        {
            // A defect of ours. The request is decided without Redis, and the organization can go on leasing.
            Failed(exception);
        }

        lock (organization.Gate)
        {
            organization.IsLeasing &= !call.Leases;
            if (answer is null || (long)answer[0] == MissingQuota)
            {
                // Debts are still to be told, also if no request comes any more.
                call.Abandon(Now);
                WithNews.TryAdd(organization, true);
                return null;
            }

            var now = Now;
            var decision = call.Apply(answer, now, options.Leases.Mode == LeaseMode.Exact ? 0 : LeaseTerms.MemoryMilliseconds);
            if (call.Leases)
            {
                WithNews.TryAdd(organization, true);
            }

            // Redis has no more; what it leased to this gateway meanwhile is there for this request, too.
            return !decision.IsAllowed
                && LeasedDecisions.TryDecide(call.Limits, call.Units, options.Leases, now, out var leased)
                && leased.IsAllowed
                ? leased
                : decision;
        }
    }

    private async ValueTask<RedisValue[]?> TryRunAsync(OrganizationBuckets organization, BucketCall call)
    {
        try
        {
            metrics.CountCall();
            var answer = (RedisValue[])(await redis.RunAsync(Script, call.Limits.Keys, call.Arguments(gateways.Count)))!;
            WatchQuota(organization, call.Limits, answer);
            return answer;
        }
        catch (RedisUnavailableException)
        {
            return null;
        }
    }

    // What is given back may be of two months.
    private async Task SeedAsync(OrganizationBuckets organization, RequestLimits limits)
    {
        foreach (var limit in limits.Limits)
        {
            if (limit.Quota is not null)
            {
                await quotaSeeding.SeedAsync(organization.OrganizationId, limit.Month);
            }
        }
    }

    private void WatchQuota(OrganizationBuckets organization, RequestLimits limits, RedisValue[] answer)
    {
        for (var index = 0; index < limits.Limits.Length && answer.Length > 1; index++)
        {
            if (limits.Limits[index] is { Quota: { } quota, Month: var month })
            {
                quotaWatch.Observe(organization.OrganizationId, quota, month, used: BucketReply.Read(answer, index).Generation);
            }
        }
    }

    [LoggerMessage(210, LogLevel.Error, "a call about limits failed inside the gateway")]
    private partial void Failed(Exception exception);
}
