using System.Diagnostics;
using System.Text.Json;
using Gateway.Contracts;
using Gateway.LoadTests.Compare;
using Gateway.LoadTests.Limits;
using Gateway.LoadTests.Running;
using Gateway.LoadTests.Wire;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Growth;

/// <summary>A gateway for one point, with a Redis and a journal of its own.</summary>
internal sealed class GrowthGateway : IAsyncDisposable
{
    private const string Plenty = "1000000000";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly RedisServer _redis;
    private readonly string _folder;

    private GrowthGateway(RedisServer redis, string folder) => (_redis, _folder) = (redis, folder);

    public ChildProcess Process { get; private set; } = null!;

    /// <summary>CPU of its Redis so far.</summary>
    public TimeSpan RedisTime => ProcessTimes.Of(_redis.Process.Id);

    /// <summary>What its Redis was asked.</summary>
    public RedisCalls RedisCalls { get; private set; } = null!;

    /// <summary>From exec until it was ready.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>What it is sent, in turn.</summary>
    public IReadOnlyList<WireRequest> Requests { get; private set; } = [];

    public static async Task<GrowthGateway> StartAsync(CompareServers servers, GrowthPoint point, string[] keys, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(servers.Folder, $"{point.Dimension}-{point.Count}");
        var gateway = new GrowthGateway(
            await RedisServer.StartAsync(Path.Combine(folder, "redis"), FreePort.Next(), cancellationToken), folder);
        try
        {
            await gateway.StartAsync(servers, point.Routes, keys, cancellationToken);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }

        if (RedisCalls is not null)
        {
            await RedisCalls.DisposeAsync();
        }

        await _redis.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(CompareServers servers, int routes, string[] keys, CancellationToken cancellationToken)
    {
        var (port, managementPort) = (FreePort.Next(), FreePort.Next());
        var environment = new Dictionary<string, string?>(await servers.GatewayEnvironmentAsync(cancellationToken))
        {
            [EnvironmentVariables.RedisUrl] = _redis.Url,
            ["ASPNETCORE_URLS"] = null,
            ["Proxy__Address"] = "127.0.0.1",
            ["Proxy__Port"] = $"{port}",
            ["Proxy__RoutesFile"] = await WriteRoutesAsync(servers.BackendUrl, routes, cancellationToken),
            ["Management__Address"] = "127.0.0.1",
            ["Management__Port"] = $"{managementPort}",
            ["Shutdown__DrainSeconds"] = "0",
            ["RateLimits__PerMinute"] = Plenty,
            ["RateLimits__PerDay"] = Plenty,
            ["Usage__JournalDirectory"] = Path.Combine(_folder, "journal"),
            ["Logging__LogLevel__Default"] = "Warning",
        };
        var started = Stopwatch.GetTimestamp();
        Process = await Programs.StartAsync("gateway", Path.Combine(_folder, "gateway.log"), environment);
        using var client = new HttpClient();
        await Readiness.WaitAsync(
            Process, token => Readiness.AnswersOkAsync(client, $"http://127.0.0.1:{managementPort}/health/ready", token), Deadline, cancellationToken);
        StartTime = Stopwatch.GetElapsedTime(started);
        RedisCalls = await RedisCalls.ConnectAsync(new Uri(_redis.Url));
        Requests =
        [
            .. Enumerable.Range(0, Math.Max(keys.Length, routes)).Select(
                number => WireRequest.Get(port, $"{PathOf(number % routes)}/42", ("Authorization", $"Bearer {keys[number % keys.Length]}"))),
        ];
    }

    private async Task<string> WriteRoutesAsync(string backendUrl, int count, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, "routes.json");
        var routes = Enumerable.Range(0, count).ToDictionary(
            static number => $"route-{number}",
            static number => new { ClusterId = "default", Match = new { Path = $"{PathOf(number)}/{{**path}}" } });
        var clusters = new { @default = new { Destinations = new { @default = new { Address = backendUrl } } } };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { ReverseProxy = new { Routes = routes, Clusters = clusters } }), cancellationToken);
        return file;
    }

    private static string PathOf(int route) => $"/v1/things-{route}";
}
