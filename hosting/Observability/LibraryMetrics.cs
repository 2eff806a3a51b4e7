using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Gateway.Hosting.Observability;

/// <summary>What we change of metrics that others define: what Prometheus takes for a mistake, and labels that know no bounds.</summary>
internal static class LibraryMetrics
{
    // Not by address: every organization can have backends of its own.
    private static readonly string[] TagsOfRequests = ["http.request.method", "http.response.status_code", "error.type"];
    private static readonly string[] TagsOfConnections = ["http.connection.state"];

    /// <summary>How an instrument is collected; null for as it is.</summary>
    public static MetricStreamConfiguration? View(Instrument instrument) => instrument.Name switch
    {
        "http.server.request.duration" => new ExplicitBucketHistogramConfiguration { Boundaries = LatencyBuckets.Seconds },
        "http.client.request.duration" => new ExplicitBucketHistogramConfiguration { Boundaries = LatencyBuckets.Seconds, TagKeys = TagsOfRequests },
        "http.client.open_connections" => new MetricStreamConfiguration { TagKeys = TagsOfConnections },
        "http.client.connection.duration" or "http.client.request.time_in_queue" => new MetricStreamConfiguration { TagKeys = [] },

        // Costs two additions a request and says what http.server.active_requests says.
        "http.client.active_requests" => MetricStreamConfiguration.Drop,

        // Names that end in "count" are for histograms, says promtool.
        "db.client.connection.count" => new MetricStreamConfiguration { Name = "db.client.connections" },
        "dotnet.process.cpu.count" => new MetricStreamConfiguration { Name = "dotnet.process.cpus" },
        "dotnet.timer.count" => new MetricStreamConfiguration { Name = "dotnet.timers" },
        "dotnet.assembly.count" => MetricStreamConfiguration.Drop,
        _ => null,
    };
}
