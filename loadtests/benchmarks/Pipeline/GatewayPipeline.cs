using System.Net;
using System.Text;
using Gateway.Benchmarks.Servers;
using Gateway.Contracts;
using Gateway.Contracts.ApiKeys;
using Gateway.RateLimiting.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Benchmarks.Pipeline;

/// <summary>
/// The whole gateway as Program builds it, with everything on but the lines of the log, and with connections in memory in place of
/// sockets on both sides. Kestrel, keys, leases, journal, YARP and its client are the real ones, and so are PostgreSQL, Redis and the
/// broker behind them. A request runs on the thread that sends it.
/// </summary>
internal sealed class GatewayPipeline : IAsyncDisposable
{
    private const string Success = "HTTP/1.1 200";
    private const int ReadyAttempts = 600;

    private static readonly IPEndPoint Proxy = new(IPAddress.Loopback, 8080);

    private readonly OwnServers _servers;
    private readonly WebApplication _application;
    private readonly InMemoryConnection _client;
    private readonly byte[] _request;
    private readonly byte[] _status = new byte[Success.Length];

    private GatewayPipeline(OwnServers servers, WebApplication application, InMemoryConnection client, byte[] request) =>
        (_servers, _application, _client, _request) = (servers, application, client, request);

    /// <summary>A gateway that is ready.</summary>
    public static async Task<GatewayPipeline> StartAsync()
    {
        var servers = OwnServers.New();
        var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
        var (databaseUrl, connectionString) = await servers.StartDatabaseAsync(durable: false);
        await AddKeyAsync(connectionString, key);
        var redis = await servers.StartRedisAsync();
        var builder = Gateway.Program.CreateBuilder(
        [
            $"--{EnvironmentVariables.DatabaseUrl}={databaseUrl}",
            $"--{EnvironmentVariables.RedisUrl}={redis.Url}",
            $"--{EnvironmentVariables.KafkaBootstrapServers}={servers.StartBroker().BootstrapServers}",
            $"--Usage:JournalDirectory={servers.Folder("journal")}",
            $"--Proxy:Address={Proxy.Address}", $"--Proxy:Port={Proxy.Port}",
            "--Management:Address=127.0.0.1",
            "--Logging:LogLevel:Default=Warning",
            "--Shutdown:DrainSeconds=0",
            "--ReverseProxy:Routes:default:ClusterId=default", "--ReverseProxy:Routes:default:Match:Path={**path}",
            "--ReverseProxy:Clusters:default:Destinations:default:Address=http://127.0.0.1:1",
        ]);
        var transport = new InMemoryTransport();
        builder.Services.AddSingleton<IConnectionListenerFactory>(transport);
        builder.Services.AddSingleton<IForwarderHttpClientFactory, InMemoryBackends>();
        var application = Gateway.Program.Build(builder);
        await application.StartAsync();
        var request = Encoding.ASCII.GetBytes(
            $"GET /v1/things/42 HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer {key}\r\nUser-Agent: benchmark/1.0\r\nAccept: */*\r\n\r\n");
        await WaitUntilReadyAsync(transport, request);
        return new GatewayPipeline(servers, application, transport.Connect(Proxy), request);
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="InvalidOperationException">It is not the backend's.</exception>
    public async ValueTask SendAsync()
    {
        await _client.Client.Output.WriteAsync(_request);
        if (!await InMemoryConnection.ReadMessageAsync(_client.Client, InMemoryBackends.BodyBytes, _status) || !IsSuccess(_status))
        {
            throw new InvalidOperationException($"The gateway answered with {Encoding.ASCII.GetString(_status)}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _client.Client.Output.CompleteAsync();
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _servers.DisposeAsync();
    }

    private static bool IsSuccess(byte[] status) => status.AsSpan().SequenceEqual("HTTP/1.1 200"u8);

    /// <summary>It refuses, and closes the connection or not, until it has reached all of its servers.</summary>
    private static async Task WaitUntilReadyAsync(InMemoryTransport transport, byte[] request)
    {
        var status = new byte[Success.Length];
        for (var attempt = 0; attempt < ReadyAttempts; attempt++)
        {
            var end = transport.Connect(Proxy).Client;
            await end.Output.WriteAsync(request);
            await InMemoryConnection.ReadMessageAsync(end, bodyBytes: 0, status);
            await end.Output.CompleteAsync();
            if (IsSuccess(status))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        throw new InvalidOperationException($"The gateway did not become ready: {Encoding.ASCII.GetString(status)}.");
    }

    private static async Task AddKeyAsync(string connectionString, string key)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            WITH organization AS (INSERT INTO organizations (name) VALUES ('Benchmark') RETURNING id),
                 key AS (
                    INSERT INTO api_keys (organization_id, name, key_hash, key_prefix)
                    SELECT id, 'benchmark', $1, $2 FROM organization)
            INSERT INTO rate_limit_configs (organization_id, period, limit_units, burst_units)
            SELECT id, period, $3, $3 FROM organization, unnest(ARRAY['minute', 'day']) AS period
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = ApiKeyHash.Of(key).ToArray() },
                new() { Value = ApiKeyFormat.Display(key) },
                new() { Value = BucketSize.Maximum },
            },
        };
        await command.ExecuteNonQueryAsync();
    }
}
