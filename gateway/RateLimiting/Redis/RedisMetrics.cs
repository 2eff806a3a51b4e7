using System.Diagnostics.Metrics;
using Gateway.Hosting.Observability;
using Gateway.Observability;

namespace Gateway.RateLimiting.Redis;

/// <summary>How long Redis takes, and what comes of it.</summary>
internal sealed class RedisMetrics
{
    private static readonly KeyValuePair<string, object?> Ok = new("result", "ok");
    private static readonly KeyValuePair<string, object?> Failed = new("result", "failed");
    private static readonly KeyValuePair<string, object?> TimedOut = new("result", "timeout");

    private readonly Histogram<double> _duration;

    public RedisMetrics(IMeterFactory factory) => _duration = factory.Create(GatewayMeter.Name).CreateHistogram(
        "gateway.redis.duration", "s", "Calls of scripts in Redis: which one, and what came of it.", tags: null, LatencyBuckets.Advice);

    /// <summary>A script was called.</summary>
    /// <param name="script">Which one.</param>
    /// <param name="duration">Until it answered, or was not waited for any longer.</param>
    /// <param name="exception">Why there was no answer; null where there was.</param>
    public void Called(RedisScript script, TimeSpan duration, Exception? exception)
    {
        if (_duration.Enabled)
        {
            _duration.Record(duration.TotalSeconds, script.Tag, exception is null ? Ok : exception is TimeoutException ? TimedOut : Failed);
        }
    }
}
