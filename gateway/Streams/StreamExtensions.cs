using Gateway.Hosting.Observability;

namespace Gateway.Streams;

/// <summary>Adds what ends streams.</summary>
internal static class StreamExtensions
{
    public static void AddStreams(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(StreamOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<OpenStreams>();
        builder.Services.AddSingleton<IObservedMetrics, StreamMetrics>();
        builder.Services.AddHostedService<StreamWatch>();
    }
}
