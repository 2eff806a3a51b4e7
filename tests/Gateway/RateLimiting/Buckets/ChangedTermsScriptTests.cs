using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Limits;

namespace Gateway.Tests.RateLimiting.Buckets;

/// <summary>Two gateways of which one has not heard of a change yet, on a clock that stands still.</summary>
public sealed class ChangedTermsScriptTests(ScriptedRedis redis) : IClassFixture<ScriptedRedis>
{
    private const long Now = 1_795_000_000_000;

    private readonly string _key = $"test:{{{Guid.NewGuid()}}}";

    [Fact]
    public async Task Raise_gives_the_difference_once_however_often_gateways_call_with_old_and_new_terms()
    {
        Assert.Equal(4, await TakeAsync(burst: 10, version: 1, units: 6));
        Assert.Equal(23, await TakeAsync(burst: 30, version: 2, units: 1));
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(22 - (2 * round), await TakeAsync(burst: 10, version: 1, units: 1));
            Assert.Equal(21 - (2 * round), await TakeAsync(burst: 30, version: 2, units: 1));
        }
    }

    [Fact]
    public async Task Lowered_limit_is_not_undone_by_a_gateway_that_has_not_heard_of_it()
    {
        Assert.Equal(24, await TakeAsync(burst: 30, version: 1, units: 6));
        Assert.Equal(3, await TakeAsync(burst: 10, version: 2, units: 1));
        Assert.Equal(2, await TakeAsync(burst: 30, version: 1, units: 1));
        Assert.Equal(1, await TakeAsync(burst: 10, version: 2, units: 1));
        Assert.Equal(0, await TakeAsync(burst: 30, version: 1, units: 1));
        Assert.False((await CallAsync(burst: 30, version: 1, units: 1)).IsAllowed);
    }

    [Fact]
    public async Task Up_and_down_again_seen_by_some_gateways_only_gives_nothing_away()
    {
        Assert.Equal(1, await TakeAsync(burst: 10, version: 1, units: 9));

        // One gateway sees all three versions, another only the first and the last.
        Assert.Equal(41, (await CallAsync(burst: 50, version: 2, units: 0, isHeard: true)).Reply.Tokens);
        Assert.Equal(1, (await CallAsync(burst: 10, version: 3, units: 0, isHeard: true)).Reply.Tokens);
        Assert.Equal(1, (await CallAsync(burst: 50, version: 2, units: 0, isHeard: true)).Reply.Tokens);
        Assert.Equal(0, await TakeAsync(burst: 10, version: 1, units: 1));
        Assert.False((await CallAsync(burst: 10, version: 3, units: 1)).IsAllowed);
    }

    [Fact]
    public async Task What_is_leased_stays_spendable_when_the_limit_is_lowered_below_it_and_never_makes_a_bucket_negative()
    {
        var lease = await CallAsync(burst: 100, version: 1, units: 1, wish: 40);
        Assert.Equal((40, 59), (lease.Reply.Granted, lease.Reply.Tokens));

        Assert.Equal(0, (await CallAsync(burst: 10, version: 2, units: 0, isHeard: true)).Reply.Tokens);
        Assert.Equal(0, (await CallAsync(burst: 10, version: 2, units: 0, news: new BucketNews(
            BucketNews.Full, 0, new(lease.Reply.Generation, Spent: 40, Back: 0), default))).Reply.Tokens);
        Assert.False((await CallAsync(burst: 10, version: 2, units: 1)).IsAllowed);
    }

    private async Task<long> TakeAsync(long burst, long version, long units)
    {
        var (isAllowed, reply) = await CallAsync(burst, version, units);
        Assert.True(isAllowed);
        return reply.Tokens;
    }

    // A call that takes nothing and tells nothing leaves no trace; one that tells something is remembered.
    private Task<(bool IsAllowed, BucketReply Reply)> CallAsync(
        long burst, long version, long units, long wish = 0, BucketNews? news = null, bool isHeard = false) => redis.Script.CallAsync(
        _key,
        BucketScript.Terms(new BucketSize(1, burst), Periods.MillisecondsPerDay, version),
        gateways: 1,
        units,
        wish,
        news ?? (isHeard ? BucketNews.None with { Seed = 0 } : BucketNews.None),
        Now);
}
