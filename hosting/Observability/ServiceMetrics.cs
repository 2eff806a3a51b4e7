using System.Diagnostics.Metrics;
using Gateway.Hosting.Health;
using Gateway.Hosting.Logging;

namespace Gateway.Hosting.Observability;

/// <summary>Whether the process can do its work, and whether the servers do that it needs for it.</summary>
internal sealed class ServiceMetrics : IObservedMetrics
{
    public ServiceMetrics(
        IMeterFactory factory, MetricNames names, Readiness readiness, JsonLineLoggerProvider logs, IEnumerable<IDependencyState> dependencies)
    {
        var states = dependencies
            .Select(static state => (State: state, Tag: new KeyValuePair<string, object?>("dependency", state.Dependency)))
            .ToArray();
        var meter = factory.Create(names.Meter);
        meter.CreateObservableCounter(
            $"{names.Prefix}.log.dropped", () => logs.Dropped, "{line}", "Lines of the log that were dropped because standard output did not take them.");
        meter.CreateObservableGauge($"{names.Prefix}.ready", () => readiness.IsReady ? 1 : 0, description: "Whether /health/ready says so: 1 or 0.");
        meter.CreateObservableGauge(
            $"{names.Prefix}.dependency.up",
            () => Array.ConvertAll(states, static known => new Measurement<int>(known.State.IsUp ? 1 : 0, known.Tag)),
            description: "Whether a server did what this process last asked of it: 1 or 0.");
    }
}
