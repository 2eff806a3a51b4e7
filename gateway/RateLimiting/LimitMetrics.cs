using System.Diagnostics.Metrics;
using Gateway.Observability;

namespace Gateway.RateLimiting;

/// <summary>What the limits do, in figures.</summary>
internal sealed class LimitMetrics
{
    // In the order of DecidedBy.
    private static readonly KeyValuePair<string, object?>[] DecidedByTags =
        Array.ConvertAll(["lease", "redis", "memory", "local-share", "open", "closed"], static name => new KeyValuePair<string, object?>("by", name));

    private static readonly KeyValuePair<string, object?>[] ResultTags =
        Array.ConvertAll(["refused", "allowed"], static name => new KeyValuePair<string, object?>("result", name));

    private readonly LabelledCounts _decisions = new(
        DecidedByTags.Length * ResultTags.Length, static index => [DecidedByTags[index / ResultTags.Length], ResultTags[index % ResultTags.Length]]);

    private readonly Counter<long> _wouldRefuse;
    private readonly Counter<long> _calls;

    public LimitMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(GatewayMeter.Name);
        meter.CreateObservableCounter(
            "gateway.limits.decisions", _decisions.Measure, "{request}", "Requests that the limits decided over: who decided, and how.");
        _wouldRefuse = meter.CreateCounter<long>(
            "gateway.limits.would_refuse", "{request}", "Requests let through over a limit in shadow or a soft quota, by the limit's name.");
        _calls = meter.CreateCounter<long>(
            "gateway.limits.redis_calls", "{call}", "Calls to Redis about buckets; far fewer than requests where units are leased.");
    }

    /// <summary>Redis is asked.</summary>
    public void CountCall() => _calls.Add(1);

    /// <summary>A request was decided over.</summary>
    public void Count(in LimitDecision decision)
    {
        _decisions.Add(((int)decision.By * ResultTags.Length) + (decision.IsAllowed ? 1 : 0));
        for (var index = 0; decision.WouldRefuse >> index != 0; index++)
        {
            if ((decision.WouldRefuse >> index & 1) == 1)
            {
                _wouldRefuse.Add(1, new KeyValuePair<string, object?>("limit", decision.Limits!.Limits[index].Name));
            }
        }
    }
}
