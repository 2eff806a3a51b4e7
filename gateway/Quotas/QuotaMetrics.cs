using System.Diagnostics.Metrics;
using Gateway.Observability;

namespace Gateway.Quotas;

/// <summary>
/// How far counters and ledger are apart. By no label for an organization: the sum, in which errors of both directions cancel each
/// other out, and the largest difference of one organization, which does not. Each gateway tells of those organizations that it
/// was the last to compare, so that sums over all gateways are right to within a round.
/// </summary>
internal sealed class QuotaMetrics
{
    private static readonly KeyValuePair<string, object?> FromLedger = new("source", "ledger");
    private static readonly KeyValuePair<string, object?> FromEstimate = new("source", "estimate");
    private static readonly KeyValuePair<string, object?> Up = new("direction", "up");
    private static readonly KeyValuePair<string, object?> Down = new("direction", "down");

    private readonly WatchedQuotas _quotas;
    private readonly Counter<long> _seeds;
    private readonly Counter<long> _corrections;

    public QuotaMetrics(IMeterFactory meterFactory, WatchedQuotas quotas)
    {
        _quotas = quotas;
        var meter = meterFactory.Create(GatewayMeter.Name);
        meter.CreateObservableGauge("gateway.quota.drift", Sum, "{unit}", "Units in Redis less units in the ledger, over all organizations.");
        meter.CreateObservableGauge("gateway.quota.drift.max", Largest, "{unit}", "The largest difference of one organization, without its sign.");
        _seeds = meter.CreateCounter<long>("gateway.quota.seeds", "{counter}", "Counters that were given a beginning.");
        _corrections = meter.CreateCounter<long>("gateway.quota.corrections", "{unit}", "Units by which counters were corrected.");
    }

    /// <summary>A counter was given its beginning.</summary>
    public void Seeded(bool isEstimate) => _seeds.Add(1, isEstimate ? FromEstimate : FromLedger);

    /// <summary>A counter was corrected.</summary>
    /// <param name="added">Units that were added, or taken away where it is negative.</param>
    public void Corrected(long added) => _corrections.Add(Math.Abs(added), added > 0 ? Up : Down);

    private long Sum()
    {
        long sum = 0;
        foreach (var quota in _quotas.All)
        {
            sum += quota.Drift;
        }

        return sum;
    }

    private long Largest()
    {
        long largest = 0;
        foreach (var quota in _quotas.All)
        {
            largest = Math.Max(largest, Math.Abs(quota.Drift));
        }

        return largest;
    }
}
