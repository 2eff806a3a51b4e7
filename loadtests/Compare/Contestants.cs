using System.Diagnostics;
using Gateway.Contracts;
using Gateway.LoadTests.Wire;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Compare;

/// <summary>Starts contestants.</summary>
internal sealed class Contestants(CompareServers servers)
{
    /// <summary>What is asked for.</summary>
    public const string Path = "/v1/things?page=2";

    private const string Warning = "Warning";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Why somebody cannot be started here; null where it can.</summary>
    public static string? Missing(string name) => name switch
    {
        ContestantNames.NginxLua => NginxLuaContestant.Missing(),
        ContestantNames.Envoy or ContestantNames.EnvoyKeysLimits => EnvoyContestants.Missing(name),
        _ => null,
    };

    public Task<Contestant> StartAsync(string name, CancellationToken cancellationToken) => name switch
    {
        ContestantNames.Backend => Task.FromResult(
            new Contestant(name, WireRequest.Get(servers.BackendPort, Path), [servers.Backend]) { IsShared = true }),
        ContestantNames.Yarp => StartYarpAsync(cancellationToken),
        ContestantNames.Gateway => StartBuiltAsync(name, [], cancellationToken),
        ContestantNames.GatewayUnlogged => StartBuiltAsync(name, Unlogged(), cancellationToken),
        ContestantNames.GatewayLeased => StartBuiltAsync(name, Unlogged(("RateLimits__Mode", "Leased")), cancellationToken),
        ContestantNames.GatewayExact => StartBuiltAsync(name, Unlogged(("RateLimits__Mode", "Exact")), cancellationToken),
        ContestantNames.GatewayKeys => StartBuiltAsync(name, Unlogged(("ReverseProxy__Routes__default__Metadata__Units", "0")), cancellationToken),
        ContestantNames.GatewayForward => StartBuiltAsync(name, Unlogged(("ReverseProxy__Routes__default__CorsPolicy", "Backend")), cancellationToken),
        ContestantNames.NginxLua => NginxLuaContestant.StartAsync(servers, cancellationToken),
        _ => EnvoyContestants.StartAsync(name, servers, cancellationToken),
    };

    /// <summary>Starts a gateway with a Redis of its own.</summary>
    /// <param name="name">Nobody else's; its folder is called so.</param>
    /// <param name="program">Its <c>gateway.dll</c>.</param>
    /// <param name="settings">What it is told besides.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Contestant> StartGatewayAsync(
        string name, string program, Dictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var (port, managementPort) = (FreePort.Next(), FreePort.Next());
        var shared = await servers.GatewayEnvironmentAsync(cancellationToken);
        var folder = System.IO.Path.Combine(servers.Folder, name);
        var redis = await RedisServer.StartAsync(System.IO.Path.Combine(folder, "redis"), FreePort.Next(), cancellationToken);
        var environment = new Dictionary<string, string?>(
            (IEnumerable<KeyValuePair<string, string?>>)[.. shared, .. ProxyEnvironment(port), .. settings])
        {
            [EnvironmentVariables.RedisUrl] = redis.Url,
            ["Management__Address"] = "127.0.0.1",
            ["Management__Port"] = $"{managementPort}",
            ["Shutdown__DrainSeconds"] = "0",

            // Nobody takes over the journal of somebody who is measured.
            ["Usage__JournalDirectory"] = System.IO.Path.Combine(folder, "journal"),
        };
        var started = Stopwatch.GetTimestamp();
        var process = await ChildProcess.StartAsync(
            new ChildProcessOptions("gateway", "dotnet", [program], System.IO.Path.Combine(folder, "gateway.log")) { Environment = environment });
        var contestant = new Contestant(name, GatewayRequest(name, port), [process])
        {
            Redis = redis,
            MetricsUrl = $"http://127.0.0.1:{managementPort}/metrics",
        };
        try
        {
            using var client = new HttpClient();
            await Readiness.WaitAsync(
                process, token => Readiness.AnswersOkAsync(client, $"http://127.0.0.1:{managementPort}/health/ready", token), Deadline, cancellationToken);
            return contestant with { ReadyAfter = Stopwatch.GetElapsedTime(started) };
        }
        catch
        {
            await contestant.DisposeAsync();
            throw;
        }
    }

    private Task<Contestant> StartBuiltAsync(string name, Dictionary<string, string?> settings, CancellationToken cancellationToken) =>
        StartGatewayAsync(name, Programs.Path("gateway"), settings, cancellationToken);

    private static Dictionary<string, string?> Unlogged(params (string Name, string Value)[] settings) =>
        settings.Append((Name: "Logging__LogLevel__Default", Value: Warning)).ToDictionary(static setting => setting.Name, static setting => (string?)setting.Value);

    // With `dotnet exec` a program runs with the runtime settings of another: collector, thread pool, compiler.
    private async Task<Contestant> StartYarpAsync(CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        var settings = System.IO.Path.ChangeExtension(Programs.Path("gateway"), "runtimeconfig.json");
        var options = new ChildProcessOptions(
            ContestantNames.Yarp,
            "dotnet",
            ["exec", "--runtimeconfig", settings, Programs.Path("loadtests"), BareProxy.Name],
            System.IO.Path.Combine(servers.Folder, $"{ContestantNames.Yarp}.log"))
        {
            Environment = ProxyEnvironment(port),
        };
        var process = await Readiness.StartAsync(options, token => Readiness.AcceptsConnectionsAsync(port, token), Deadline, cancellationToken);
        return new Contestant(ContestantNames.Yarp, WireRequest.Get(port, Path), [process]);
    }

    private WireRequest GatewayRequest(string name, int port) => name == ContestantNames.GatewayForward
        ? WireRequest.Of("OPTIONS", port, Path, ("Origin", "https://shop.example"), ("Access-Control-Request-Method", "GET"))
        : WireRequest.Get(port, Path, ("Authorization", $"Bearer {servers.Key}"));

    private Dictionary<string, string?> ProxyEnvironment(int port) => new()
    {
        ["ASPNETCORE_URLS"] = null,
        ["Proxy__Address"] = "127.0.0.1",
        ["Proxy__Port"] = $"{port}",
        ["ReverseProxy__Clusters__default__Destinations__default__Address"] = servers.BackendUrl,
    };
}
