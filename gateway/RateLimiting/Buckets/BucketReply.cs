using StackExchange.Redis;

namespace Gateway.RateLimiting.Buckets;

/// <summary>What Redis says of one bucket.</summary>
/// <param name="Tokens">Units left in it, without what is leased; of a soft quota that is used up, less than zero.</param>
/// <param name="FullInMilliseconds">Until it is full again if nobody spends; of a quota, until the month ends.</param>
/// <param name="WaitMilliseconds">Until there is enough: 0 where there is, <see cref="LimitDecision.Never"/> where there never will be.</param>
/// <param name="Granted">Units leased to this gateway.</param>
/// <param name="Generation">Of the lease; of a quota, the units used this month.</param>
/// <param name="LapsesInMilliseconds">Until the lease lapses; of a quota, which counter it is, 0 where that does not matter.</param>
internal readonly record struct BucketReply(
    long Tokens, long FullInMilliseconds, long WaitMilliseconds, long Granted, long Generation, long LapsesInMilliseconds)
{
    /// <summary>How many numbers one is.</summary>
    public const int Length = 6;

    /// <summary>Reads the one at that place of the script's answer, whose first number is not about buckets.</summary>
    public static BucketReply Read(RedisValue[] answer, int index)
    {
        var first = 1 + (Length * index);
        return new BucketReply(
            (long)answer[first], (long)answer[first + 1], (long)answer[first + 2], (long)answer[first + 3], (long)answer[first + 4], (long)answer[first + 5]);
    }
}
