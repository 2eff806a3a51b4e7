using Gateway.Tests.Fixtures;
using Npgsql;
using StackExchange.Redis;

namespace Gateway.Tests.Quotas;

/// <summary>One gateway and one organization with a quota, in a database of their own.</summary>
internal sealed class QuotaWorld : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _connection;
    private readonly NpgsqlDataSource _database;
    private readonly ManualTime _time;

    private QuotaWorld(QuotaGateway gateway, ConnectionMultiplexer connection, string redisUrl, string databaseUrl, ManualTime time)
    {
        _connection = connection;
        Gateway = gateway;
        RedisUrl = redisUrl;
        DatabaseUrl = databaseUrl;
        _database = new NpgsqlDataSourceBuilder(Database.DatabaseUrl.Parse(databaseUrl).ConnectionString).Build();
        _time = time;
        Tenant = NewTenant();
    }

    public QuotaGateway Gateway { get; }

    public QuotaTenant Tenant { get; }

    public string RedisUrl { get; }

    public string DatabaseUrl { get; }

    /// <summary>A clock that stands in the running month, whose counters Redis does not let expire, and far from its ends.</summary>
    public static ManualTime MiddleOfThisMonth()
    {
        var time = new ManualTime();
        var now = TimeProvider.System.GetUtcNow();
        time.Advance(new DateTimeOffset(now.Year, now.Month, 15, 10, 0, 0, TimeSpan.Zero) - time.GetUtcNow());
        return time;
    }

    public static async Task<QuotaWorld> StartAsync(string redisUrl, string databaseUrl, ManualTime time, TimeSpan? ledgerTimeout = null) => new(
        await QuotaGateway.StartAsync(redisUrl, databaseUrl, time, ledgerTimeout),
        await ConnectionMultiplexer.ConnectAsync(global::Gateway.RateLimiting.Redis.RedisUrl.Parse(redisUrl)),
        redisUrl,
        databaseUrl,
        time);

    /// <summary>Another organization.</summary>
    public QuotaTenant NewTenant() => new(_database, _connection.GetDatabase(), _time);

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await Gateway.DisposeAsync();
        _connection.Dispose();
    }
}
