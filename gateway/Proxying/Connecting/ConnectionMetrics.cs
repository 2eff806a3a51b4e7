using System.Diagnostics.Metrics;
using Gateway.Hosting.Observability;
using Gateway.Observability;

namespace Gateway.Proxying.Connecting;

/// <summary>How many connections the gateway has to backends.</summary>
internal sealed class ConnectionMetrics : IObservedMetrics
{
    public ConnectionMetrics(IMeterFactory factory, BackendConnector connector) => factory.Create(GatewayMeter.Name).CreateObservableGauge(
        "gateway.backend.connections",
        () => connector.Open,
        "{connection}",
        "Open connections to backends, those that wait for the next request included.");
}
