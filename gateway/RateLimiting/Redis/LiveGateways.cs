using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>
/// How many gateways share the limits, from a heartbeat in Redis. While Redis is away the last count stands, or that of
/// PostgreSQL where there never was one. The same heartbeat is the probe that finds out that Redis is back.
/// </summary>
internal sealed class LiveGateways(RedisScripts scripts, TimeProvider timeProvider) : BackgroundService
{
    /// <summary>The sorted set in Redis.</summary>
    public const string Key = "gateways";

    // Longer than any pause that a healthy gateway makes, short enough for its share to come back soon.
    private const int SilenceMilliseconds = 5_000;

    private static readonly RedisScript Script = RedisScript.Embedded("live_gateways.lua");
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IntervalInTrouble = TimeSpan.FromMilliseconds(200);

    // Everybody says once a second that they are alive, also to a Redis that has forgotten them.
    private static readonly TimeSpan TimeToReturn = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    private static readonly RedisKey[] Keys = [Key];

    private readonly RedisValue[] _alive = [Guid.NewGuid().ToString("N"), SilenceMilliseconds, "alive"];
    private volatile int _count = 1;
    private bool _hasBeaten;
    private long _forgottenAt;

    /// <summary>Gateways that are alive, this one among them: at least 1.</summary>
    public int Count => _count;

    /// <summary>So many gateways there are, as far as somebody else can tell. Redis knows better, once it has been asked.</summary>
    public void Suppose(int count)
    {
        lock (_alive)
        {
            if (!_hasBeaten)
            {
                _count = count;
            }
        }
    }

    /// <summary>A heartbeat out of turn.</summary>
    /// <exception cref="RedisUnavailableException">Redis cannot take it.</exception>
    public async Task RegisterAsync()
    {
        var answer = (RedisValue[])(await scripts.ProbeAsync(Script, Keys, _alive))!;
        lock (_alive)
        {
            Learn((int)answer[0], wasKnown: (int)answer[1] == 1);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            if (scripts.IsAvailable)
            {
                await scripts.RunAsync(Script, Keys, [_alive[0], SilenceMilliseconds, "leaving"])
                    .AsTask().WaitAsync(LongestFarewell, timeProvider, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is RedisUnavailableException or TimeoutException or OperationCanceledException)
        {
            // Then the others notice within seconds.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isBeating = await BeatAsync();
            await Task.Delay(isBeating ? Interval : IntervalInTrouble, timeProvider, stoppingToken);
        }
    }

    private async Task<bool> BeatAsync()
    {
        try
        {
            await RegisterAsync();
            return true;
        }
        catch (Exception)
        {
            // Redis cannot. Whatever else it was is not worth the gateway either, which would stop with this loop.
            return false;
        }
    }

    private void Learn(int count, bool wasKnown)
    {
        if (_hasBeaten && !wasKnown)
        {
            _forgottenAt = timeProvider.GetTimestamp();
        }

        _hasBeaten = true;

        // A Redis that came back empty knows only those who were quick. To believe it would be to share among too few.
        var isForgetful = _forgottenAt != 0 && timeProvider.GetElapsedTime(_forgottenAt) < TimeToReturn;
        _count = Math.Max(1, isForgetful ? Math.Max(_count, count) : count);
    }
}
