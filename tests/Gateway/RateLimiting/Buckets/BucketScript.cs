using System.Globalization;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Limits;
using Gateway.RateLimiting.Redis;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting.Buckets;

/// <summary>
/// The real script in a real Redis on a clock that the test sets. So that Redis's own clock has no say, nothing expires.
/// </summary>
internal sealed class BucketScript(IDatabase database)
{
    private static readonly string Text = RedisScript.Embedded("buckets.lua").Text
        .Replace("redis.call('TIME')", "{ ARGV[#ARGV - 1], ARGV[#ARGV] }", StringComparison.Ordinal)
        .Replace("redis.call('PEXPIRE'", "tostring('PEXPIRE'", StringComparison.Ordinal)
        .Replace("redis.call('PEXPIREAT'", "tostring('PEXPIREAT'", StringComparison.Ordinal);

    /// <summary>Asks one bucket.</summary>
    public async Task<(bool IsAllowed, BucketReply Reply)> CallAsync(
        string key, string terms, int gateways, long need, long wish, BucketNews news, long now)
    {
        var answer = await CallAsync([(key, terms, need, wish, news)], gateways, now);
        return ((long)answer[0] == 1, BucketReply.Read(answer, 0));
    }

    /// <summary>Asks several buckets at once.</summary>
    public async Task<RedisValue[]> CallAsync(
        IReadOnlyList<(string Key, string Terms, long Need, long Wish, BucketNews News)> buckets, int gateways, long now)
    {
        RedisValue[] arguments =
        [
            gateways,
            .. buckets.SelectMany(bucket => (RedisValue[])[bucket.Terms, bucket.Need, bucket.Wish, bucket.News.ToRedis()]),
            now / 1000,
            now % 1000 * 1000,
        ];
        return (RedisValue[])(await database.ScriptEvaluateAsync(Text, [.. buckets.Select(bucket => (RedisKey)bucket.Key)], arguments))!;
    }

    /// <summary>Terms of a token bucket.</summary>
    public static string Terms(BucketSize size, long period, long version = 1, bool refuses = true) =>
        string.Create(CultureInfo.InvariantCulture, $"{size.Limit},{size.Burst},{period},{version},{(refuses ? 1 : 0)}");
}
