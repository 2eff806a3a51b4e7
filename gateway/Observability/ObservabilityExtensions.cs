using Gateway.Hosting.Observability;

namespace Gateway.Observability;

/// <summary>Adds what is told of each request: a line, figures, a span.</summary>
internal static class ObservabilityExtensions
{
    public static void AddRequestTelling(this WebApplicationBuilder builder)
    {
        builder.AddTraces(RequestSpans.SourceName);
        builder.Services.AddSingleton(RequestLogOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<RequestMetrics>();
        builder.Services.AddSingleton<RequestSpans>();
    }
}
