using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using Gateway.Contracts;
using Gateway.Hosting.Settings;
using StackExchange.Redis;

namespace Gateway.Keygen.Doctor;

/// <summary>Redis, as the gateways' limits need it: it can be written to, runs scripts, throws nothing away, and knows the time.</summary>
internal sealed class RedisExamination(Surroundings surroundings) : IExamination
{
    private const int ConnectMilliseconds = 2_000;

    /// <summary>Gone after a second; the braces keep it on one node of a cluster.</summary>
    private const string Key = "{keygen-doctor}";

    /// <summary>What every limit is decided by: a write, and the server's time.</summary>
    private const string Script = "redis.call('SET', KEYS[1], '1', 'PX', 1000) return redis.call('TIME')";

    public string Name => "redis";

    public string Advice => $"start Redis, or set {EnvironmentVariables.RedisUrl} right: until then each gateway enforces its share of the limits alone";

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        if (surroundings.Variable(EnvironmentVariables.RedisUrl) is not { Length: > 0 } url)
        {
            findings.Skip(Name, $"{EnvironmentVariables.RedisUrl} is not set");
            return;
        }

        RedisAddress address;
        RemoteCertificateValidationCallback? authority;
        try
        {
            address = RedisAddress.Parse(url);
            authority = RedisAuthority.Trust(surroundings.Variable(RedisAuthority.Variable), address.IsEncrypted);
        }
        catch (Exception exception) when (exception is FormatException or SettingException)
        {
            var problem = exception is SettingException ? exception.Message : $"{EnvironmentVariables.RedisUrl} cannot be read: it {exception.Message}";
            findings.Fail(Name, problem, "set it as the gateways have it");
            return;
        }

        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(Options(address, authority)).WaitAsync(cancellationToken);
        try
        {
            await ExamineAsync(multiplexer, address, findings, cancellationToken);
        }
        finally
        {
            // Or it says goodbye, and waits a second for what Redis answers to that.
            multiplexer.Close(allowCommandsToComplete: false);
        }
    }

    private async Task ExamineAsync(ConnectionMultiplexer multiplexer, RedisAddress address, Findings findings, CancellationToken cancellationToken)
    {
        var nodes = multiplexer.GetEndPoints().Select(endPoint => multiplexer.GetServer(endPoint)).ToList();
        var connected = nodes.FindAll(static node => node.IsConnected);
        if (connected.Count == 0)
        {
            findings.Fail(Name, await WhyNotAsync(address, cancellationToken), Advice);
            return;
        }

        await NodesAsync(address, nodes, connected, findings, cancellationToken);
        await ScriptAsync(multiplexer.GetDatabase(), findings, cancellationToken);
    }

    private static ConfigurationOptions Options(RedisAddress address, RemoteCertificateValidationCallback? authority)
    {
        var options = new ConfigurationOptions
        {
            AbortOnConnectFail = false,

            // For INFO, which only looks.
            AllowAdmin = true,
            ConnectTimeout = ConnectMilliseconds,
            CommandMap = CommandMap.Create(["SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "PUBLISH"], available: false),
            ConfigurationChannel = string.Empty,
            Ssl = address.IsEncrypted,
            ClientName = "keygen",
            Password = address.Password,
            DefaultDatabase = address.Database,
        };
        options.CertificateValidation += authority;
        foreach (var (host, port) in address.Hosts)
        {
            options.EndPoints.Add(host, port);
        }

        return options;
    }

    // The client keeps its reasons to itself.
    private static async Task<string> WhyNotAsync(RedisAddress address, CancellationToken cancellationToken)
    {
        var (host, port) = address.Hosts[0];
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, cancellationToken);
            var password = address.Password is null ? "it wants a password" : "wrong password";
            var encryption = address.IsEncrypted ? $"it speaks no TLS, or has a certificate that is not trusted here ({RedisAuthority.Variable} names an authority of its own)" : "it wants TLS";
            return $"Redis at {address} is there and does not let us in: {password}, or {encryption}";
        }
        catch (SocketException exception)
        {
            return $"Redis at {address} cannot be reached: {exception.Message}";
        }
    }

    private async Task NodesAsync(
        RedisAddress address, List<IServer> nodes, List<IServer> connected, Findings findings, CancellationToken cancellationToken)
    {
        var information = new List<RedisInformation>();
        foreach (var node in connected)
        {
            information.Add(RedisInformation.Parse(await node.InfoRawAsync().WaitAsync(cancellationToken)));
        }

        var primaries = information.FindAll(static one => !one.IsReplica);
        var seen = $"Redis {information[0].Version} at {address}" + (nodes.Count == 1
            ? string.Empty
            : $", primaries: {primaries.Count}, replicas: {information.Count - primaries.Count}, away: {nodes.Count - connected.Count}");
        if (primaries.Count == 0)
        {
            findings.Fail(Name, $"{seen}, a replica that cannot be written to", $"let {EnvironmentVariables.RedisUrl} name the primary, or all of them");
        }
        else if (connected.Count < nodes.Count)
        {
            findings.Warn(Name, seen, "start the nodes that are away");
        }
        else
        {
            findings.Ok(Name, seen);
        }

        foreach (var one in primaries)
        {
            Memory(one, findings);
        }
    }

    private static void Memory(RedisInformation one, Findings findings)
    {
        const string Check = "redis-memory";
        if (one.EvictionPolicy is null)
        {
            findings.Warn(Check, "INFO does not tell how it evicts", "make sure that maxmemory-policy is noeviction");
        }
        else if (one.MaximumBytes > 0 && one.EvictionPolicy != "noeviction")
        {
            findings.Warn(
                Check,
                $"{one.EvictionPolicy} of {Megabytes(one.MaximumBytes)}",
                "set maxmemory-policy noeviction: a bucket that is thrown away is full again, and its limit is exceeded");
        }
        else if (one.MaximumBytes > 0 && one.UsedBytes > one.MaximumBytes / 10 * 9)
        {
            findings.Warn(Check, $"{Megabytes(one.UsedBytes)} of {Megabytes(one.MaximumBytes)} are used", "give it more: writes are refused when it is full");
        }
        else
        {
            findings.Ok(Check, one.MaximumBytes > 0 ? $"{Megabytes(one.UsedBytes)} of {Megabytes(one.MaximumBytes)}, noeviction" : $"{Megabytes(one.UsedBytes)}, no limit");
        }
    }

    private async Task ScriptAsync(IDatabase database, Findings findings, CancellationToken cancellationToken)
    {
        const string Check = "redis-scripts";
        try
        {
            var before = surroundings.Time.GetUtcNow();
            var time = (string[])(await database.ScriptEvaluateAsync(Script, [Key]).WaitAsync(cancellationToken))!;
            var after = surroundings.Time.GetUtcNow();
            findings.Ok(Check, "a script could write");
            var microseconds = (long.Parse(time[0], CultureInfo.InvariantCulture) * 1_000_000) + long.Parse(time[1], CultureInfo.InvariantCulture);
            ClockCheck.Judge(findings, "redis-clock", DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds), before, after);
        }
        catch (Exception exception) when (exception is RedisServerException or RedisConnectionException or RedisCommandException or TimeoutException)
        {
            findings.Fail(Check, $"a script could not write: {exception.Message}", "let the gateways' user run EVALSHA, EVAL and SCRIPT LOAD on a primary that takes writes");
        }
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576m:#,0.#} MB");
}
