using System.Diagnostics.Metrics;
using System.Text.Json;
using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Synchronization;
using Gateway.Hosting.Observability;
using Gateway.Observability;

namespace Gateway.ApiKeys;

/// <summary>What the key check says, and how fresh what it goes by is.</summary>
internal sealed class ApiKeyMetrics
{
    private static readonly KeyValuePair<string, object?>[] ResultTags = Array.ConvertAll(
        Enum.GetNames<AuthenticationResult>(),
        static name => new KeyValuePair<string, object?>("result", JsonNamingPolicy.KebabCaseLower.ConvertName(name)));

    private readonly LabelledCounts _results = new(ResultTags.Length, static result => [ResultTags[result]]);
    private readonly Histogram<double> _revocationDelay;

    public ApiKeyMetrics(IMeterFactory factory, KeyTable table, KeyFreshness freshness)
    {
        var meter = factory.Create(GatewayMeter.Name);
        meter.CreateObservableCounter("gateway.auth.results", _results.Measure, "{request}", "What the key check said.");
        meter.CreateObservableGauge("gateway.keys.loaded", () => table.Count, "{key}", "API keys in memory: all that work.");
        meter.CreateObservableGauge(
            "gateway.keys.age", () => freshness.Age.TotalSeconds, "s", "Since the keys in memory were last known to be all that PostgreSQL has.");
        _revocationDelay = meter.CreateHistogram(
            "gateway.keys.revocation.delay",
            "s",
            "From a key's revocation in PostgreSQL, by its clock, to its effect in this gateway.",
            tags: null,
            LatencyBuckets.Advice);
    }

    /// <summary>A request was checked.</summary>
    public void Count(AuthenticationResult result) => _results.Add((int)result);

    /// <summary>A key that worked here does not any more, so long after it was revoked or disabled.</summary>
    public void Ended(TimeSpan delay) => _revocationDelay.Record(delay.TotalSeconds);
}
