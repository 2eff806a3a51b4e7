using Gateway.LoadTests.Wire;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Compare;

/// <summary>Envoy, bare and with keys and limits, where somebody says where its programs are.</summary>
internal static class EnvoyContestants
{
    /// <summary>Envoy's program.</summary>
    public const string EnvoyVariable = "ENVOY_BINARY";

    /// <summary>That of envoyproxy/ratelimit.</summary>
    public const string RatelimitVariable = "RATELIMIT_BINARY";

    private const string Key = "sk_test_comparecomparecomparecomparecomp";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Why one cannot be started; null where it can.</summary>
    public static string? Missing(string name)
    {
        string[] variables = name == ContestantNames.Envoy ? [EnvoyVariable] : [EnvoyVariable, RatelimitVariable];
        return Array.Find(variables, static variable => !File.Exists(Program(variable))) is { } variable ? $"{variable} names no program" : null;
    }

    public static Task<Contestant> StartAsync(string name, CompareServers servers, CancellationToken cancellationToken) =>
        name == ContestantNames.Envoy ? StartBareAsync(servers, cancellationToken) : StartWithKeysAndLimitsAsync(servers, cancellationToken);

    private static async Task<Contestant> StartBareAsync(CompareServers servers, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(servers.Folder, ContestantNames.Envoy);
        var port = FreePort.Next();
        var envoy = await StartEnvoyAsync(folder, "envoy.yaml", port, [("backend", servers.BackendPort)], cancellationToken);
        return new Contestant(ContestantNames.Envoy, WireRequest.Get(port, Contestants.Path), [envoy]);
    }

    private static async Task<Contestant> StartWithKeysAndLimitsAsync(CompareServers servers, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(servers.Folder, ContestantNames.EnvoyKeysLimits);
        var (port, accessLog) = (FreePort.Next(), Path.Combine(folder, "access.log"));
        var redis = await RedisServer.StartAsync(Path.Combine(folder, "redis"), FreePort.Next(), cancellationToken);
        ChildProcess? ratelimit = null;
        try
        {
            var ratelimitPort = FreePort.Next();
            ratelimit = await StartRatelimitAsync(folder, ratelimitPort, redis.Port, cancellationToken);
            var envoy = await StartEnvoyAsync(
                folder,
                "envoy-keys-limits.yaml",
                port,
                [("backend", servers.BackendPort), ("ratelimit", ratelimitPort), ("key", Key), ("log", accessLog)],
                cancellationToken);
            return new Contestant(ContestantNames.EnvoyKeysLimits, WireRequest.Get(port, Contestants.Path, ("X-API-Key", Key)), [envoy, ratelimit])
            {
                Redis = redis,
                AccessLog = accessLog,
            };
        }
        catch
        {
            foreach (var part in (IAsyncDisposable?[])[ratelimit, redis])
            {
                if (part is not null)
                {
                    await part.DisposeAsync();
                }
            }

            throw;
        }
    }

    private static async Task<ChildProcess> StartEnvoyAsync(
        string folder, string configuration, int port, (string Name, object Value)[] values, CancellationToken cancellationToken)
    {
        var file = await PeerFile.WriteAsync(folder, configuration, [("port", port), .. values]);
        return await Readiness.StartAsync(
            new ChildProcessOptions(
                "envoy",
                Program(EnvoyVariable),
                ["-c", file, "--concurrency", $"{Environment.ProcessorCount}", "--use-dynamic-base-id", "-l", "warning"],
                Path.Combine(folder, "envoy.log")),
            token => Readiness.AcceptsConnectionsAsync(port, token),
            Deadline,
            cancellationToken);
    }

    private static async Task<ChildProcess> StartRatelimitAsync(string folder, int port, int redisPort, CancellationToken cancellationToken)
    {
        await PeerFile.WriteAsync(Path.Combine(folder, "runtime", "ratelimit", "config"), "ratelimit.yaml");
        var options = new ChildProcessOptions("ratelimit", Program(RatelimitVariable), [], Path.Combine(folder, "ratelimit.log"))
        {
            Environment = new Dictionary<string, string?>
            {
                ["RUNTIME_ROOT"] = Path.Combine(folder, "runtime"),
                ["RUNTIME_SUBDIRECTORY"] = "ratelimit",
                ["RUNTIME_WATCH_ROOT"] = "false",
                ["USE_STATSD"] = "false",
                ["LOG_LEVEL"] = "warn",
                ["REDIS_SOCKET_TYPE"] = "tcp",
                ["REDIS_URL"] = $"127.0.0.1:{redisPort}",
                ["HOST"] = "127.0.0.1",
                ["PORT"] = $"{FreePort.Next()}",
                ["GRPC_HOST"] = "127.0.0.1",
                ["GRPC_PORT"] = $"{port}",
                ["DEBUG_HOST"] = "127.0.0.1",
                ["DEBUG_PORT"] = $"{FreePort.Next()}",
            },
        };
        return await Readiness.StartAsync(options, token => Readiness.AcceptsConnectionsAsync(port, token), Deadline, cancellationToken);
    }

    private static string Program(string variable) => Environment.GetEnvironmentVariable(variable) ?? string.Empty;
}
