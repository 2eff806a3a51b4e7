using System.Diagnostics.Metrics;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.RateLimiting;

/// <summary>What one gateway has counted since this was made.</summary>
internal sealed class LimitCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    public LimitCounts(GatewayUnderTest gateway)
    {
        var factory = gateway.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name.StartsWith("gateway.limits.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var name = tags.Length > 0 ? $"{instrument.Name} {tags[0].Value}" : instrument.Name;
            lock (_counts)
            {
                _counts[name] = _counts.GetValueOrDefault(name) + value;
            }
        });
        _listener.Start();
    }

    /// <summary>Requests that a limit that does not refuse would have refused.</summary>
    public long WouldRefuse(string limit) => Read($"gateway.limits.would_refuse {limit}");

    public long RedisCalls => Read("gateway.limits.redis_calls");

    public void Dispose() => _listener.Dispose();

    private long Read(string name)
    {
        lock (_counts)
        {
            return _counts.GetValueOrDefault(name);
        }
    }
}
