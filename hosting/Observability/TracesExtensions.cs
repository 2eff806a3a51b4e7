using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace Gateway.Hosting.Observability;

/// <summary>Adds traces.</summary>
public static class TracesExtensions
{
    /// <summary>Sends the spans of a source over OTLP where the environment names a collector; without, nobody listens and none is begun.</summary>
    /// <exception cref="Settings.SettingException">The environment names one that makes no sense.</exception>
    public static void AddTraces(this WebApplicationBuilder builder, string source)
    {
        if (TraceSettings.AreTracesSent(builder.Configuration))
        {
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(source).AddOtlpExporter());
        }
    }
}
