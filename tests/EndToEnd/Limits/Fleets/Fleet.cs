using System.Net.Http.Headers;
using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>Several gateways as processes on one Redis of their own, and a backend that counts what they let through.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly Stack _stack;
    private readonly EmbeddedBroker _broker;
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan });
    private readonly (int Proxy, int Management)[] _ports;
    private readonly Uri[][] _urls;

    private Fleet(TemporaryDirectory directory, Stack stack, EmbeddedBroker broker, RedisServer redis, CountingBackend backend, string databaseUrl, int gateways)
    {
        (_directory, _stack, _broker, Redis, Backend) = (directory, stack, broker, redis, backend);
        Customers = new LimitedCustomers(databaseUrl);
        Gateways = new ChildProcess[gateways];
        _ports = [.. Enumerable.Range(0, gateways).Select(_ => (FreePort.Next(), FreePort.Next()))];
        _urls = Array.ConvertAll(_ports, ports =>
            Array.ConvertAll(FleetRoute.All, route => new Uri($"http://127.0.0.1:{ports.Proxy}{route.Path}")));
    }

    public ChildProcess[] Gateways { get; }

    public RedisServer Redis { get; }

    public CountingBackend Backend { get; }

    public LimitedCustomers Customers { get; }

    /// <param name="servers">PostgreSQL is shared with other tests, the rest is the fleet's own.</param>
    /// <param name="gateways">How many.</param>
    /// <param name="settings">Of all of them.</param>
    public static async Task<Fleet> StartAsync(TestServers servers, int gateways, params (string Name, string Value)[] settings)
    {
        var directory = new TemporaryDirectory();
        var databaseUrl = await servers.CreateDatabaseAsync();
        var redis = await RedisServer.StartAsync(directory.Combine("redis"), FreePort.Next(), default);
        var backend = await CountingBackend.StartAsync();
        var broker = EmbeddedBroker.Start();
        var stack = Stack.Create(databaseUrl, redis.Url, broker.BootstrapServers);
        stack.Set("ReverseProxy__Clusters__default__Destinations__default__Address", backend.Address);

        // A line a request would be most of what these processes do.
        stack.Set("Logging__LogLevel__Default", "Warning");
        foreach (var (name, value) in FleetRoute.Settings.Concat(settings))
        {
            stack.Set(name, value);
        }

        var fleet = new Fleet(directory, stack, broker, redis, backend, databaseUrl, gateways);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, gateways).Select(fleet.StartGatewayAsync));
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a gateway, also one that was killed, and waits until it is ready.</summary>
    public async Task StartGatewayAsync(int gateway) =>
        Gateways[gateway] = await _stack.StartGatewayAsync(_ports[gateway].Proxy, _ports[gateway].Management);

    /// <summary>Sends one request through one gateway.</summary>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    public async Task<FleetAnswer> SendAsync(int gateway, LimitedKey key, int route = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _urls[gateway][route]);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);
        using var response = await _client.SendAsync(request);
        return new FleetAnswer((int)response.StatusCode, response.Headers.RetryAfter?.Delta);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _stack.DisposeAsync();
        await Redis.DisposeAsync();
        await Backend.DisposeAsync();
        await _broker.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>What came back.</summary>
internal readonly record struct FleetAnswer(int Status, TimeSpan? RetryAfter)
{
    public bool IsAdmitted => Status == 200;

    public bool IsRefused => Status == 429;
}
