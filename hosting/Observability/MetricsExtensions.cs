using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Gateway.Hosting.Observability;

/// <summary>Adds metrics, and the place where Prometheus finds them.</summary>
public static class MetricsExtensions
{
    private const string ServiceName = "OTEL_SERVICE_NAME";

    // What libraries measure without being given a factory of ours belongs to the process.
    private static readonly string[] OfTheProcess = ["System.Runtime", "System.Net.Http", "Npgsql"];

    // Made with our own factory: where several applications run in one process, as in tests, each tells of itself.
    private static readonly string[] OfTheApplication = ["Gateway", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Collects our own metrics and those of what we are built on.</summary>
    public static void AddMetrics(this WebApplicationBuilder builder, ServiceInstance instance, MetricNames names)
    {
        builder.Services.AddSingleton(instance);
        builder.Services.AddSingleton(names);
        builder.Services.AddSingleton<ServiceMetrics>();
        foreach (var meter in OfTheApplication)
        {
            builder.Metrics.EnableMetrics(meter, instrumentName: null, listenerName: null, MeterScope.Local);
        }

        foreach (var meter in OfTheProcess)
        {
            builder.Metrics.EnableMetrics(meter, instrumentName: null, listenerName: null, MeterScope.Global);
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                builder.Configuration[ServiceName] ?? instance.Service, serviceInstanceId: instance.Id.ToString()))
            .WithMetrics(static metrics => metrics
                .AddView("http.server.request.duration", new ExplicitBucketHistogramConfiguration { Boundaries = LatencyBuckets.Seconds })
                .AddPrometheusExporter());
    }

    /// <summary>Answers <c>/metrics</c>; all else goes on. Requests that come here are not measured themselves.</summary>
    public static IApplicationBuilder UseMetrics(this IApplicationBuilder app)
    {
        // Metrics that nobody counts up exist from here on, and not only when somebody first asks for their class.
        app.ApplicationServices.GetRequiredService<ServiceMetrics>();
        return app.UseOpenTelemetryPrometheusScrapingEndpoint();
    }
}
