using FsCheck;
using FsCheck.Fluent;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Limits;

namespace Gateway.Tests.RateLimiting.Buckets;

public sealed class TokenBucketTests
{
    private static readonly Gen<long> Sizes = Gen.OneOf(
        Gen.Choose(1, 10).Select(size => (long)size),
        Gen.Choose(1, 1_000_000).Select(size => (long)size),
        Gen.Choose(1, 1_000_000).Select(size => size * 1_000_000L));

    [Fact]
    public void Over_any_schedule_no_more_than_burst_and_rate_times_time_gets_out()
    {
        var schedules = from size in Gen.Zip(Sizes, Sizes)
                        from period in Gen.Elements(Periods.MillisecondsPerMinute, Periods.MillisecondsPerDay)
                        from steps in Gen.ListOf(Gen.Zip(Gen.Choose(0, 200_000), Gen.Choose(1, 5)))
                        select (new BucketSize(size.Item1, size.Item2), (long)period, steps);

        Prop.ForAll(schedules.ToArbitrary(), schedule =>
        {
            var (size, period, steps) = schedule;
            var tokenBucket = new TokenBucket(size.Burst, 0);
            long now = 0;
            Int128 taken = 0;
            foreach (var (pause, cost) in steps)
            {
                now += pause;
                tokenBucket.Refill(size, period, now);
                var wait = tokenBucket.MillisecondsUntil(cost, size, period);
                if (wait == 0)
                {
                    tokenBucket.Take(cost);
                    taken += cost;
                }
                else if (cost <= size.Burst)
                {
                    var retry = tokenBucket;
                    retry.Refill(size, period, now + wait);
                    Assert.True(retry.Tokens >= cost, "a retry after the time that was promised succeeds");
                    retry = tokenBucket;
                    retry.Refill(size, period, now + wait - 1);
                    Assert.True(retry.Tokens < cost, "and not a millisecond earlier");
                }

                Assert.InRange(tokenBucket.Tokens, 0, size.Burst);
                Assert.True((taken - size.Burst) * period <= (Int128)size.Limit * now);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Clock_that_is_set_back_neither_fills_nor_blocks_a_bucket()
    {
        var size = new BucketSize(60, 10);
        const long period = Periods.MillisecondsPerMinute;
        var tokenBucket = new TokenBucket(0, 1_000_000);

        tokenBucket.Refill(size, period, 500_000);
        Assert.Equal(0, tokenBucket.Tokens);

        tokenBucket.Refill(size, period, 502_000);
        Assert.Equal(2, tokenBucket.Tokens);
    }
}
