using FsCheck;
using FsCheck.Fluent;
using Gateway.RateLimiting;
using Gateway.RateLimiting.Limits;
using Gateway.Testing;
using Gateway.Tests.RateLimiting.Redis;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting;

public sealed class TokenBucketTests(TestServers servers)
{
    private static readonly Gen<long> Sizes = Gen.OneOf(
        Gen.Choose(1, 10).Select(size => (long)size),
        Gen.Choose(1, 1_000_000).Select(size => (long)size),
        Gen.Choose(1, 1_000_000).Select(size => size * 1_000_000L));

    [Fact]
    public void Over_any_schedule_no_more_than_burst_and_rate_times_time_gets_out()
    {
        var schedules = from size in Gen.Zip(Sizes, Sizes)
                        from period in Gen.Elements(RateLimitBucket.MillisecondsPerMinute, RateLimitBucket.MillisecondsPerDay)
                        from steps in Gen.ListOf(Gen.Zip(Gen.Choose(0, 200_000), Gen.Choose(1, 5)))
                        select (new RateLimitBucket("any", period, new BucketSize(size.Item1, size.Item2)), steps);

        Prop.ForAll(schedules.ToArbitrary(), schedule =>
        {
            var (bucket, steps) = schedule;
            var tokenBucket = new TokenBucket(bucket.Size.Burst, 0);
            long now = 0;
            Int128 taken = 0;
            foreach (var (pause, cost) in steps)
            {
                now += pause;
                tokenBucket.Refill(bucket, now);
                var wait = tokenBucket.MillisecondsUntil(cost, bucket);
                if (wait == 0)
                {
                    tokenBucket.Take(cost);
                    taken += cost;
                }
                else if (cost <= bucket.Size.Burst)
                {
                    var retry = tokenBucket;
                    retry.Refill(bucket, now + wait);
                    Assert.True(retry.Tokens >= cost, "a retry after the time that was promised succeeds");
                    retry = tokenBucket;
                    retry.Refill(bucket, now + wait - 1);
                    Assert.True(retry.Tokens < cost, "and not a millisecond earlier");
                }

                Assert.InRange(tokenBucket.Tokens, 0, bucket.Size.Burst);
                Assert.True((taken - bucket.Size.Burst) * bucket.PeriodMilliseconds <= (Int128)bucket.Limit * now);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Clock_that_is_set_back_neither_fills_nor_blocks_a_bucket()
    {
        var bucket = new RateLimitBucket("minute", RateLimitBucket.MillisecondsPerMinute, new BucketSize(60, 10));
        var tokenBucket = new TokenBucket(0, 1_000_000);

        tokenBucket.Refill(bucket, 500_000);
        Assert.Equal(0, tokenBucket.Tokens);

        tokenBucket.Refill(bucket, 502_000);
        Assert.Equal(2, tokenBucket.Tokens);
    }

    [Fact]
    public async Task Script_in_Redis_does_the_same_arithmetic_as_the_model()
    {
        await using var redis = await RedisUser.StartAsync((await servers.RedisAsync()).Url, ("RedisTimeoutMilliseconds", "5000"));
        var limiter = new RedisRateLimiter(redis.Scripts);
        var database = redis.Connection.Database!;
        var random = new Random(20261121);
        for (var run = 0; run < 200; run++)
        {
            var size = new BucketSize(RandomSize(random), RandomSize(random));
            var policy = RateLimitPolicy.Create(Guid.NewGuid(), size, new BucketSize(BucketSize.Maximum, BucketSize.Maximum));
            var bucket = policy.Buckets[0];

            // A bucket as the script would have left it some time ago, on Redis's own clock.
            var clock = (RedisValue[])(await database.ScriptEvaluateAsync("return redis.call('TIME')"))!;
            var at = ((long)clock[0] * 1000) - random.Next(0, 120_000);
            var tokens = random.NextInt64(0, size.Burst);
            await database.HashSetAsync(policy.RedisKeys[0], [new("tokens", tokens), new("fraction", 0), new("at", at)]);

            var decision = await limiter.DecideAsync(policy);

            var stored = await database.HashGetAllAsync(policy.RedisKeys[0]);
            if (stored.Length == 0)
            {
                // Full again, and gone, within the moment since.
                Assert.True(decision.IsAllowed);
                continue;
            }

            var model = new TokenBucket(tokens, at);
            if (decision.IsAllowed)
            {
                model.Refill(bucket, (long)stored.Single(entry => entry.Name == "at").Value);
                Assert.True(model.Tokens >= 1);
                model.Take(1);
                Assert.Equal(model.Tokens, (long)stored.Single(entry => entry.Name == "tokens").Value);
                Assert.Equal(model.Tokens, decision.States[0].Remaining);
            }
            else
            {
                Assert.Equal(0, decision.States[0].Remaining);
                Assert.Equal(tokens, (long)stored.Single(entry => entry.Name == "tokens").Value);
            }
        }
    }

    private static long RandomSize(Random random) => random.Next(3) switch
    {
        0 => random.NextInt64(1, 10),
        1 => random.NextInt64(1, 100_000),
        _ => random.NextInt64(1, BucketSize.Maximum),
    };
}
