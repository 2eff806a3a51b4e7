using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Limits;

namespace Gateway.RateLimiting.Leases;

/// <summary>Decides from what was leased and what Redis said a moment ago, and prepares the calls that ask it for more.</summary>
/// <remarks>Pure but for the buckets, whose lock the caller holds.</remarks>
internal static class LeasedDecisions
{
    /// <summary>Decides without asking, where that is possible.</summary>
    /// <returns>False where Redis must be asked; nothing has been taken then.</returns>
    public static bool TryDecide(RequestLimits limits, long units, LeaseTerms terms, long now, out LimitDecision decision)
    {
        decision = LimitDecision.Of(limits, units, DecidedBy.Lease);
        if (terms.Mode == LeaseMode.Exact)
        {
            return false;
        }

        var isCovered = true;
        for (var index = 0; index < limits.Limits.Length; index++)
        {
            var limit = limits.Limits[index];
            var bucket = limit.Bucket;
            if (bucket.IsFresh(now, terms.MaximumAge) && bucket.Leased(now) >= units)
            {
                if (limit.IsSoftQuota && bucket.Left(now) < units)
                {
                    // It leases beyond its end.
                    decision.Refuse(index, bucket.State(now).FullInMilliseconds);
                }

                continue;
            }

            if (bucket.RememberedWait(units, now) is var wait and not 0)
            {
                decision.Refuse(index, wait);
            }
            else
            {
                isCovered = false;
            }
        }

        if (decision.RefusedBy != LimitDecision.Nobody)
        {
            decision.By = DecidedBy.Memory;
        }
        else if (!isCovered)
        {
            return false;
        }

        Spend(ref decision, now);
        return true;
    }

    /// <summary>Whether it is time to lease more, or to hear from Redis again, while requests still do without.</summary>
    public static bool ShouldRenew(RequestLimits limits, long units, LeaseTerms terms, long now)
    {
        foreach (var limit in limits.Limits)
        {
            // A limit in shadow that is used up has nothing to lease; asking for it all the time would be in vain.
            if (limit.Bucket.RememberedWait(units, now) == 0
                && (!limit.Bucket.IsFresh(now, terms.Milliseconds)
                    || LeaseTerms.IsLow(limit.Bucket.Leased(now), Target(limit.Bucket, units, terms, now))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A call that takes what a request costs from all buckets, or from none, and leases more where it is worth it.</summary>
    /// <param name="limits">What it takes from.</param>
    /// <param name="units">What it costs; 0 for a call that only leases more.</param>
    /// <param name="usualUnits">What requests cost that may follow.</param>
    /// <param name="terms">How to lease.</param>
    /// <param name="mayLease">False where another call leases already.</param>
    /// <param name="now">The time.</param>
    public static BucketCall Prepare(RequestLimits limits, long units, long usualUnits, LeaseTerms terms, bool mayLease, long now)
    {
        var isWorthIt = mayLease && AreBusy(limits, usualUnits, terms, now);
        var call = new BucketCall(limits, units, now) { Leases = isWorthIt || units == 0 };
        for (var index = 0; index < limits.Limits.Length; index++)
        {
            var limit = limits.Limits[index];
            var bucket = limit.Bucket;

            // A lease that is too large by now is worth more in Redis, for everybody; but not while requests are under way
            // that Redis may refuse, and that could be served from it then.
            var target = Target(bucket, usualUnits, terms, now);
            var givesBack = LeaseTerms.IsTooMuch(bucket.Leased(now), target + bucket.UnderWay, usualUnits);
            var news = bucket.TakeNews(limit, givesBack, now);
            var leased = bucket.Leased(now);
            var isCovered = units > 0 && leased >= units;
            var left = isCovered ? leased - units : leased;
            call.Ask(index, isCovered ? 0 : units, isWorthIt ? Math.Max(0, target - left) : 0, news);
            if (isCovered)
            {
                call.Reserve(index);
            }
        }

        return call;
    }

    /// <summary>A call that tells Redis all that it should hear, and gives all leases back.</summary>
    public static BucketCall PrepareReturn(Limit[] limits, long now)
    {
        var call = new BucketCall(new RequestLimits(limits), units: 0, now);
        for (var index = 0; index < limits.Length; index++)
        {
            call.Ask(index, need: 0, wish: 0, limits[index].Bucket.TakeNews(limits[index], givesBack: true, now));
        }

        return call;
    }

    private static bool AreBusy(RequestLimits limits, long units, LeaseTerms terms, long now)
    {
        foreach (var limit in limits.Limits)
        {
            if (Target(limit.Bucket, units, terms, now) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static long Target(LocalBucket bucket, long units, LeaseTerms terms, long now) =>
        terms.Target(bucket.Expect(terms.Milliseconds, now), units);

    private static void Spend(ref LimitDecision decision, long now)
    {
        var limits = decision.Limits!.Limits;
        for (var index = 0; index < limits.Length; index++)
        {
            var bucket = limits[index].Bucket;
            if (decision.RefusedBy == LimitDecision.Nobody)
            {
                bucket.CountSpent(decision.Units, now);
                if (bucket.Leased(now) >= decision.Units)
                {
                    bucket.SpendLeased(decision.Units, now);
                }
            }

            decision.States[index] = bucket.State(now);
        }
    }
}
