using System.Globalization;
using Gateway.RateLimiting.Leases;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Buckets;

/// <summary>What a gateway tells Redis of a bucket with a call.</summary>
/// <param name="Seed">Units to begin with if the bucket has vanished; <see cref="Full"/> where nothing is known.</param>
/// <param name="Owed">Units spent without asking while Redis was away.</param>
/// <param name="Newer">The newer lease: its generation, what was spent of it and what comes back.</param>
/// <param name="Older">The older lease.</param>
internal readonly record struct BucketNews(long Seed, long Owed, LeaseNews Newer, LeaseNews Older)
{
    /// <summary>A bucket that is not there is full.</summary>
    public const long Full = -1;

    /// <summary>Nothing to tell.</summary>
    public static readonly BucketNews None = new(Full, 0, default, default);

    /// <summary>As <c>buckets.lua</c> reads it.</summary>
    public RedisValue ToRedis() => this == None
        ? RedisValue.EmptyString
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Seed},{Owed},{Newer.Generation},{Newer.Spent},{Newer.Back},{Older.Generation},{Older.Spent},{Older.Back}");
}
