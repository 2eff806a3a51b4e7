using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Gateway.Hosting.Observability;

/// <summary>Adds metrics, and the place where Prometheus finds them.</summary>
public static class MetricsExtensions
{
    private const string ServiceName = "OTEL_SERVICE_NAME";
    private static readonly PathString MetricsPath = "/metrics";

    // What libraries measure without being given a factory of ours belongs to the process.
    private static readonly string[] OfTheProcess = ["System.Runtime", "Npgsql"];

    // Made with our own factory: where several applications run in one process, as in tests, each tells of itself.
    private static readonly string[] OfTheApplication = ["Gateway", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Collects our own metrics and those of what we are built on.</summary>
    public static void AddMetrics(this WebApplicationBuilder builder, ServiceInstance instance, MetricNames names)
    {
        builder.Services.AddSingleton(instance);
        builder.Services.AddSingleton(names);
        builder.Services.AddSingleton<IObservedMetrics, ServiceMetrics>();
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
                .AddView(LibraryMetrics.View)
                .AddPrometheusExporter(static options => options.ScopeInfoEnabled = false));
    }

    /// <summary>Answers <c>/metrics</c>; all else goes on.</summary>
    public static IApplicationBuilder UseMetrics(this IApplicationBuilder app)
    {
        // Their instruments are there from here on.
        _ = app.ApplicationServices.GetServices<IObservedMetrics>().Count();
        return app.UseOpenTelemetryPrometheusScrapingEndpoint(static context => context.Request.Path == MetricsPath);
    }
}
