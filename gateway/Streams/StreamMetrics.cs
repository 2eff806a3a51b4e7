using System.Diagnostics.Metrics;
using Gateway.Hosting.Observability;
using Gateway.Observability;

namespace Gateway.Streams;

/// <summary>Streams in figures.</summary>
internal sealed class StreamMetrics : IObservedMetrics
{
    public StreamMetrics(IMeterFactory factory, OpenStreams streams) => factory.Create(GatewayMeter.Name).CreateObservableGauge(
        "gateway.streams.open", () => streams.Count, "{stream}", "WebSockets and other upgrades, gRPC calls and server-sent events that are open.");
}
