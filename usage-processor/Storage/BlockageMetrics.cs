using System.Diagnostics.Metrics;
using Gateway.Hosting.Observability;
using Gateway.UsageProcessor.Observability;

namespace Gateway.UsageProcessor.Storage;

/// <summary>Whether somebody has to mend something.</summary>
internal sealed class BlockageMetrics : IObservedMetrics
{
    public BlockageMetrics(IMeterFactory factory, Blockage blockage) => factory.Create(ProcessorMetrics.MeterName).CreateObservableGauge(
        "usage_processor.blocked", () => blockage.Problem is null ? 0 : 1, description: "Whether storing is blocked until somebody mends it: 1 or 0.");
}
