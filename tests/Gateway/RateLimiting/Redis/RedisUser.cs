using System.Diagnostics.Metrics;
using System.Globalization;
using Gateway.Contracts;
using Gateway.RateLimiting.Redis;
using Gateway.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.RateLimiting.Redis;

/// <summary>What a gateway has of Redis, without the gateway: connection, scripts, heartbeat and watch.</summary>
internal sealed class RedisUser : IAsyncDisposable
{
    /// <summary>Far more than a call takes beyond its timeout, on a machine that is busy with other tests.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(200);

    public static readonly TimeSpan BackToNormal = TimeSpan.FromSeconds(5);

    /// <summary>A setting for where it is about what Redis answers, not about when: a move or a handshake takes longer than a command.</summary>
    public static readonly (string Name, string Value) Patient = ("RedisTimeoutMilliseconds", "1000");

    // Writes, as the real ones do, and answers with how often it has run on that key.
    private static readonly RedisScript Script = new("count.lua", "return redis.call('INCR', KEYS[1])");

    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RedisWatch _watch;

    private RedisUser(RedisOptions options)
    {
        Options = options;
        Logger = new RecordingLogger();
        Connection = new RedisConnection(options);
        Scripts = new RedisScripts(Connection, options, new RedisMetrics(_meters.GetRequiredService<IMeterFactory>()), TimeProvider.System, Logger);
        Gateways = new LiveGateways(Scripts, TimeProvider.System);
        _watch = new RedisWatch(Connection, TimeProvider.System);
    }

    public RedisOptions Options { get; }

    public RecordingLogger Logger { get; }

    public RedisConnection Connection { get; }

    public RedisScripts Scripts { get; }

    public LiveGateways Gateways { get; }

    /// <summary>The longest call so far, of the time in which this process ran.</summary>
    public TimeSpan LongestCall { get; private set; }

    /// <summary>One that has reached Redis. Settings are those of section RateLimits.</summary>
    public static async Task<RedisUser> StartAsync(string url, params (string Name, string Value)[] settings)
    {
        var user = StartUnready(url, settings);
        await Eventually.IsTrueAsync(user.CountsAsync, "a script runs");
        user.LongestCall = TimeSpan.Zero;
        return user;
    }

    public static RedisUser StartUnready(string url, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new(EnvironmentVariables.RedisUrl, url),
            .. settings.Select(setting => new KeyValuePair<string, string?>($"RateLimits:{setting.Name}", setting.Value)),
        ]).Build();
        var user = new RedisUser(RedisOptions.Read(configuration));
        _ = user.Gateways.StartAsync(default);
        _ = user._watch.StartAsync(default);
        return user;
    }

    /// <summary>Runs a script that writes; false where Redis cannot.</summary>
    public async Task<bool> CountsAsync() => await CountAsync("{test}:count") is not null;

    /// <summary>How often this has been called with that key; null where Redis cannot say.</summary>
    public async Task<long?> CountAsync(string key)
    {
        var calling = AwakeTime.Start();
        try
        {
            return (long)await Scripts.RunAsync(Script, [key], []);
        }
        catch (RedisUnavailableException)
        {
            return null;
        }
        finally
        {
            var elapsed = calling.Elapsed;
            LongestCall = elapsed > LongestCall ? elapsed : LongestCall;
        }
    }

    /// <summary>Calls, several at a time, until nobody asks Redis any more.</summary>
    public Task UntilUnavailableAsync() => Eventually.IsTrueAsync(
        async () => Array.TrueForAll(await Task.WhenAll(CountsAsync(), CountsAsync(), CountsAsync()), static counts => !counts) && !Scripts.IsAvailable,
        "Redis counts as unavailable",
        TimeSpan.FromSeconds(10));

    /// <summary>Waits until the connection is another one than now.</summary>
    public Task UntilReplacedAsync()
    {
        var current = Connection.Database;
        return Eventually.IsTrueAsync(() => Task.FromResult(Connection.Database != current), "the connection was replaced", TimeSpan.FromSeconds(10));
    }

    /// <summary>Waits until scripts run again, at most as long as is promised.</summary>
    public async Task<TimeSpan> UntilBackAsync()
    {
        var waiting = AwakeTime.Start();
        await Eventually.IsTrueAsync(async () => Scripts.IsAvailable && await CountsAsync(), "scripts run again", BackToNormal);
        var elapsed = waiting.Elapsed;
        TestContext.Current.SendDiagnosticMessage(
            string.Create(CultureInfo.InvariantCulture, $"back after {elapsed.TotalMilliseconds:0} ms, longest call {LongestCall.TotalMilliseconds:0} ms"));
        return elapsed;
    }

    /// <summary>No call took longer than the timeout, give or take what the machine is busy with.</summary>
    public void AssertNobodyWaited() => Assert.InRange(LongestCall, TimeSpan.Zero, Options.Timeout + Slack);

    public async ValueTask DisposeAsync()
    {
        await _watch.StopAsync(default);
        await Gateways.StopAsync(default);
        _watch.Dispose();
        Gateways.Dispose();
        Connection.Dispose();
        await _meters.DisposeAsync();
    }
}
