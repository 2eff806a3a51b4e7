using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Gateway.Hosting.Observability;

/// <summary>What we change of metrics that others define: what Prometheus takes for a mistake, and labels that know no bounds.</summary>
internal static class LibraryMetrics
{
    /// <summary>How an instrument is collected; null for as it is.</summary>
    public static MetricStreamConfiguration? View(Instrument instrument) => instrument.Name switch
    {
        // Not by address: every organization can have backends of its own.
        "http.client.connection.duration" or "http.client.request.time_in_queue" => new MetricStreamConfiguration { TagKeys = [] },

        // Six measurements a request, with five labels each. Ours say as much of requests, and of connections what matters.
        "http.client.request.duration" or "http.client.active_requests" or "http.client.open_connections" => MetricStreamConfiguration.Drop,

        // Names that end in "count" are for histograms, says promtool.
        "db.client.connection.count" => new MetricStreamConfiguration { Name = "db.client.connections" },
        "dotnet.process.cpu.count" => new MetricStreamConfiguration { Name = "dotnet.process.cpus" },
        "dotnet.timer.count" => new MetricStreamConfiguration { Name = "dotnet.timers" },
        "dotnet.assembly.count" => MetricStreamConfiguration.Drop,
        _ => null,
    };
}
