using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Gateway.Hosting.Observability;

/// <summary>What we change of metrics that others define: what Prometheus takes for a mistake.</summary>
internal static class LibraryMetrics
{
    /// <summary>How an instrument is collected; null for as it is.</summary>
    public static MetricStreamConfiguration? View(Instrument instrument) => instrument.Name switch
    {
        // Names that end in "count" are for histograms, says promtool.
        "db.client.connection.count" => new MetricStreamConfiguration { Name = "db.client.connections" },
        "dotnet.process.cpu.count" => new MetricStreamConfiguration { Name = "dotnet.process.cpus" },
        "dotnet.timer.count" => new MetricStreamConfiguration { Name = "dotnet.timers" },
        "dotnet.assembly.count" => MetricStreamConfiguration.Drop,
        _ => null,
    };
}
