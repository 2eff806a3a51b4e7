using Gateway.RateLimiting.Limits;

namespace Gateway.RateLimiting.Fallback;

/// <summary>
/// Decides in this process while Redis cannot: each gateway on its share of every limit. What it lets through is a debt that
/// Redis takes from the buckets when it is back, so an outage is no way to get more than the limits for long.
/// </summary>
/// <remarks>Pure but for the buckets, whose lock the caller holds.</remarks>
internal static class LocalShares
{
    /// <summary>Takes what a request costs from all shares, or from none.</summary>
    public static LimitDecision Decide(RequestLimits limits, long units, int gateways, long now)
    {
        var decision = LimitDecision.Of(limits, units, DecidedBy.LocalShare);
        for (var index = 0; index < limits.Limits.Length; index++)
        {
            var limit = limits.Limits[index];
            if (limit.Bucket.Leased(now) < units && limit.Bucket.Share(limit, gateways, now).Wait(units, now) is var wait and not 0)
            {
                decision.Refuse(index, wait);
            }
        }

        for (var index = 0; index < limits.Limits.Length; index++)
        {
            var limit = limits.Limits[index];
            var share = limit.Bucket.Share(limit, gateways, now);
            if (decision.RefusedBy == LimitDecision.Nobody)
            {
                // As in Redis: what is over a limit in shadow takes nothing from it, and a soft quota counts everything.
                var isOver = (decision.WouldRefuse & (1 << index)) != 0;
                if (!isOver || limit.IsSoftQuota)
                {
                    Take(limit, share, units, now);
                }

                limit.Bucket.CountSpent(units, now);
            }

            var state = share.State(now);
            decision.States[index] = state with { Remaining = state.Remaining + limit.Bucket.Leased(now) };
        }

        return decision;
    }

    private static void Take(Limit limit, BucketShare share, long units, long now)
    {
        if (limit.Bucket.Leased(now) >= units)
        {
            // Redis has debited it already.
            limit.Bucket.SpendLeased(units, now);
        }
        else
        {
            share.Take(units);
            limit.Bucket.Owe(limit, units, now);
        }
    }
}
