using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Leases;

namespace Gateway.Tests.RateLimiting.Buckets;

/// <summary>A gateway with its leases of one bucket, as a random schedule drives it.</summary>
internal sealed class ScheduledGateway(Random random)
{
    private Lease _newer;
    private Lease _older;

    /// <summary>Spends some of what is leased, as long as it has not lapsed.</summary>
    public long SpendSome(long now)
    {
        _newer.Expire(now);
        _older.Expire(now);
        var units = random.NextInt64(0, _newer.Left + _older.Left + 1);
        var older = _older.Reserve(units);
        var newer = _newer.Reserve(units - older);
        _older.Confirm(older);
        _newer.Confirm(newer);
        return older + newer;
    }

    /// <summary>What Redis is told, sometimes with all that is left.</summary>
    public BucketNews TakeNews(long now)
    {
        _newer.Expire(now);
        _older.Expire(now);
        var givesBack = random.Next(4) == 0;
        return new BucketNews(BucketNews.Full, 0, LeaseNews.Take(ref _newer, givesBack), LeaseNews.Take(ref _older, givesBack));
    }

    public void TakeLease(BucketReply reply, long now)
    {
        if (reply.Granted == 0)
        {
            return;
        }

        if (_newer.Generation == reply.Generation)
        {
            _newer.Add(reply.Granted, now + reply.LapsesInMilliseconds);
        }
        else
        {
            (_older, _newer) = (_newer, Lease.Of(reply.Generation, reply.Granted, now + reply.LapsesInMilliseconds));
        }
    }
}
