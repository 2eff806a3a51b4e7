using System.Diagnostics;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Limits;
using Gateway.RateLimiting.Redis;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting.Buckets;

/// <summary>What the script promises where limits change and where buckets vanish.</summary>
public sealed class BucketChangeTests(ScriptedRedis redis) : IClassFixture<ScriptedRedis>
{
    private const long Period = Periods.MillisecondsPerMinute;
    private const long Start = 1_795_000_000_000;

    private readonly string _key = $"test:{{{Guid.NewGuid()}}}";

    [Fact]
    public async Task Faster_limit_counts_from_its_first_refusal_so_that_the_retry_succeeds()
    {
        var (slow, fast) = (BucketScript.Terms(new BucketSize(1, 1), Period), BucketScript.Terms(new BucketSize(60, 1), Period, version: 2));
        Assert.True((await AskAsync(slow, need: 1, at: 0)).IsAllowed);

        var refused = await AskAsync(fast, need: 1, at: 10);

        Assert.Equal((false, 1_000), (refused.IsAllowed, refused.Reply.WaitMilliseconds));
        Assert.True((await AskAsync(fast, need: 1, at: 1_010)).IsAllowed);
    }

    [Fact]
    public async Task Limit_that_is_lowered_and_raised_again_gives_no_room_away_that_is_leased()
    {
        var (large, small) = (new BucketSize(1, 100), new BucketSize(1, 10));
        Assert.Equal(40, (await AskAsync(BucketScript.Terms(large, Period), need: 0, at: 0, wish: 40)).Reply.Granted);
        await AskAsync(BucketScript.Terms(small, Period, version: 2), need: 0, at: 1, news: BucketNews.None with { Seed = 0 });

        var raised = await AskAsync(BucketScript.Terms(large, Period, version: 3), need: 0, at: 2);

        Assert.InRange(raised.Reply.Tokens, 0, 100 - 40);
    }

    [Fact]
    public async Task Bucket_vanishes_no_sooner_than_it_would_be_full_if_what_is_leased_is_spent_at_last()
    {
        RedisValue[] arguments = [1, BucketScript.Terms(new BucketSize(60, 100), Period), 0, 10, string.Empty];

        var started = Stopwatch.GetTimestamp();
        await redis.Database.ScriptEvaluateAsync(RedisScript.Embedded("buckets.lua").Text, [_key], arguments);

        // 10 units are spent 2 s from now, just before their lease lapses; they take 10 s to flow in again.
        var timeToLive = await redis.Database.KeyTimeToLiveAsync(_key);
        var vanishesAfter = TimeSpan.FromSeconds(12);
        Assert.InRange(timeToLive!.Value, vanishesAfter - TimeSpan.FromSeconds(1) - Stopwatch.GetElapsedTime(started), vanishesAfter);
    }

    private Task<(bool IsAllowed, BucketReply Reply)> AskAsync(string terms, long need, long at, long wish = 0, BucketNews? news = null) =>
        redis.Script.CallAsync(_key, terms, 1, need, wish, news ?? BucketNews.None, Start + at);
}
