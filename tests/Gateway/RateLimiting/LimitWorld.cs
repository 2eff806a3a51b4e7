using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.RateLimiting.Redis;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting;

/// <summary>Some gateways that share a Redis and a database with nobody else and know of each other.</summary>
internal sealed class LimitWorld : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private ConnectionMultiplexer? _connection;

    private LimitWorld()
    {
    }

    public RedisServer Redis { get; private set; } = null!;

    /// <summary>Answers "hello", and on <c>/fails</c> with 500.</summary>
    public Backend Backend { get; private set; } = null!;

    public GatewayUnderTest[] Gateways { get; private set; } = [];

    public GatewayUnderTest Gateway => Gateways[0];

    public Customers Customers => Gateway.Customers;

    public IDatabase Database => _connection!.GetDatabase();

    public static async Task<LimitWorld> StartAsync(TestServers servers, int gateways, params (string Name, string Value)[] settings)
    {
        var world = new LimitWorld();
        try
        {
            await world.BeginAsync(servers, gateways, settings);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>A bucket as it stands in Redis.</summary>
    public async Task<StoredBucket> BucketAsync(Customer customer, string bucket) =>
        StoredBucket.Of(await Database.HashGetAllAsync($"ratelimit:{{{customer.OrganizationId}}}:{bucket}"));

    /// <summary>Redis comes back empty.</summary>
    public async Task RestartRedisAsync()
    {
        _connection!.Dispose();
        await Redis.StartProcessAsync(default);
        await ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Gateways.Select(gateway => gateway.DisposeAsync().AsTask()));
        _connection?.Dispose();
        if (Backend is not null)
        {
            await Backend.DisposeAsync();
        }

        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task BeginAsync(TestServers servers, int gateways, (string Name, string Value)[] settings)
    {
        Redis = await RedisServer.StartAsync(_directory.Path, FreePort.Next(), default);
        await ConnectAsync();
        Backend = await Backend.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/fails" ? 500 : 200;
            return Task.CompletedTask;
        });
        var databaseUrl = await servers.CreateDatabaseAsync();
        Gateways = await Task.WhenAll(Enumerable.Range(0, gateways).Select(_ => GatewayUnderTest.StartAsync(
            servers,
            Backend,
            [
                (EnvironmentVariables.DatabaseUrl, databaseUrl),
                (EnvironmentVariables.RedisUrl, Redis.Url),
                .. settings,
            ])));
        await Eventually.IsTrueAsync(
            () => Task.FromResult(Array.TrueForAll(Gateways, gateway => gateway.Services.GetRequiredService<LiveGateways>().Count == gateways)),
            "the gateways know of each other");
    }

    private async Task ConnectAsync() =>
        _connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Redis.Port},syncTimeout=30000");
}
