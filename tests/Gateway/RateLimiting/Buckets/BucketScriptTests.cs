using FsCheck;
using FsCheck.Fluent;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Limits;

namespace Gateway.Tests.RateLimiting.Buckets;

/// <summary>What the script promises, on random schedules and a clock of the test's.</summary>
public sealed class BucketScriptTests(ScriptedRedis redis) : IClassFixture<ScriptedRedis>
{
    private const long MaximumExactBurst = (1L << 53) / Periods.MillisecondsPerDay;
    private const long Start = 1_795_000_000_000;

    [Fact]
    public Task Script_and_model_agree_whatever_clocks_leases_and_changes_of_the_limit_do() => ForAllAsync(AgreeAsync);

    [Fact]
    public Task In_no_stretch_of_time_more_than_burst_and_rate_gets_out_over_all_gateways() => ForAllAsync(NeverExceedAsync);

    [Fact]
    public Task Retry_at_the_time_that_a_refusal_names_succeeds_when_nobody_else_spends() => ForAllAsync(RetryAsync);

    // FsCheck waits for each test; on a thread of the pool nobody waits for it.
    private static Task ForAllAsync(Func<Random, Task> test) => Task.Run(() => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => test(new Random(seed)).GetAwaiter().GetResult())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(150)));

    private async Task AgreeAsync(Random random)
    {
        var (key, period, now) = (NewKey(), RandomPeriod(random), Start);
        var (size, version) = (RandomSize(random), 1L);
        var gateways = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new ScheduledGateway(random)).ToArray();
        var model = new ModelBucket(period);
        List<string> history = [$"{period} ms"];
        for (var step = 0; step < 40; step++)
        {
            now = Math.Max(1, now + RandomPause(random, period));
            if (random.Next(10) == 0)
            {
                (size, version) = (RandomSize(random), version + random.Next(0, 3));
            }

            // Sometimes a gateway has not heard of the newest terms.
            var termsVersion = random.Next(5) == 0 ? Math.Max(1, version - 1) : version;
            var gateway = gateways[random.Next(gateways.Length)];
            gateway.SpendSome(now);
            var news = gateway.TakeNews(now) with { Owed = random.Next(8) == 0 ? RandomUnits(random, size) : 0 };
            var (need, wish) = (RandomUnits(random, size), random.Next(2) == 0 ? RandomUnits(random, size) : 0);

            var expected = model.Call(size, termsVersion, gateways.Length, need, wish, news, now);
            var actual = await redis.Script.CallAsync(key, BucketScript.Terms(size, period, termsVersion), gateways.Length, need, wish, news, now);

            history.Add($"{now - Start}: {size} v{termsVersion}, need {need}, wish {wish}, {news} -> {actual}");

            // The time until it is full is exact but for the largest buckets, whose product leaves 2⁵³. How large it is, a gateway that
            // has not heard of the newest terms does not know.
            var tolerance = Math.Max(size.Burst, model.Burst) < MaximumExactBurst ? 0 : 1 + (actual.Reply.FullInMilliseconds * 1e-9);
            Assert.Equal(expected.Reply.FullInMilliseconds, actual.Reply.FullInMilliseconds, tolerance);
            expected.Reply = expected.Reply with { FullInMilliseconds = actual.Reply.FullInMilliseconds };
            Assert.True(expected == actual, $"the model says {expected}\n{string.Join('\n', history)}");
            Assert.True(actual.Reply.Tokens >= 0);
            gateway.TakeLease(actual.Reply, now);
        }
    }

    private async Task NeverExceedAsync(Random random)
    {
        var (key, period, now) = (NewKey(), RandomPeriod(random), Start);
        var size = RandomSize(random);
        var gateways = Enumerable.Range(0, random.Next(1, 5)).Select(_ => new ScheduledGateway(random)).ToArray();
        List<(long At, long Units)> spent = [];
        for (var step = 0; step < 40; step++)
        {
            now += Math.Abs(RandomPause(random, period)) % (3 * period);
            var gateway = gateways[random.Next(gateways.Length)];
            spent.Add((now, gateway.SpendSome(now)));
            if (random.Next(3) == 0)
            {
                // A gateway that is killed forgets its leases.
                gateways[random.Next(gateways.Length)] = new ScheduledGateway(random);
                continue;
            }

            var (need, wish) = (RandomUnits(random, size), RandomUnits(random, size));
            var (isAllowed, reply) = await redis.Script.CallAsync(
                key, BucketScript.Terms(size, period), gateways.Length, need, wish, gateway.TakeNews(now), now);
            gateway.TakeLease(reply, now);
            spent.Add((now, isAllowed ? need : 0));
        }

        for (var first = 0; first < spent.Count; first++)
        {
            Int128 units = 0;
            for (var last = first; last < spent.Count; last++)
            {
                units += spent[last].Units;
                Assert.True(
                    (units - size.Burst) * period <= (Int128)size.Limit * (spent[last].At - spent[first].At),
                    $"{units} units within {spent[last].At - spent[first].At} ms, of {size} in {period} ms");
            }
        }
    }

    private async Task RetryAsync(Random random)
    {
        var (key, period, now) = (NewKey(), RandomPeriod(random), Start);
        var size = RandomSize(random);
        var terms = BucketScript.Terms(size, period);
        var gateway = new ScheduledGateway(random);
        for (var step = 0; step < 30; step++)
        {
            now += Math.Abs(RandomPause(random, period));
            gateway.SpendSome(now);
            var need = Math.Min(RandomUnits(random, size), size.Burst);
            var (isAllowed, reply) = await redis.Script.CallAsync(key, terms, 1, need, RandomUnits(random, size), gateway.TakeNews(now), now);
            gateway.TakeLease(reply, now);
            if (!isAllowed)
            {
                now += reply.WaitMilliseconds;
                Assert.True((await redis.Script.CallAsync(key, terms, 1, need, 0, BucketNews.None, now)).IsAllowed);
            }
        }
    }

    private static string NewKey() => $"test:{{{Guid.NewGuid()}}}";

    private static long RandomPeriod(Random random) => random.Next(2) == 0 ? Periods.MillisecondsPerMinute : Periods.MillisecondsPerDay;

    private static BucketSize RandomSize(Random random) => new(RandomAmount(random), RandomAmount(random));

    private static long RandomAmount(Random random) => random.Next(4) switch
    {
        0 => random.NextInt64(1, 10),
        1 => random.NextInt64(1, 1_000),
        2 => random.NextInt64(1, 1_000_000),
        _ => random.NextInt64(1, BucketSize.Maximum),
    };

    private static long RandomUnits(Random random, BucketSize size) => random.Next(3) switch
    {
        0 => random.Next(0, 4),
        1 => random.NextInt64(0, Math.Min(size.Burst + 2, 1_000_000)),
        _ => random.NextInt64(0, Math.Min(1_000_000, (size.Burst / 4) + 2)),
    };

    /// <summary>Mostly short, sometimes long enough for everything to lapse or fill up, sometimes back.</summary>
    private static long RandomPause(Random random, long period) => random.Next(12) switch
    {
        0 => -random.NextInt64(0, 5_000),
        1 => random.NextInt64(0, 2 * period),
        2 => random.NextInt64(500, 2_500),
        3 => 0,
        _ => random.NextInt64(0, 200),
    };
}
