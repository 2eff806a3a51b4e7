using Gateway.Hosting.Kafka;
using Gateway.Hosting.Observability;
using Gateway.Hosting.Startup;
using Gateway.UsageProcessor.Continuity;
using Gateway.UsageProcessor.Lag;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>Adds what reads from Kafka.</summary>
internal static class ConsumingExtensions
{
    public static void AddConsuming(this WebApplicationBuilder builder)
    {
        var options = ConsumerOptions.Read(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<IDependency>(new KafkaDependency(options.BootstrapServers));
        builder.Services.AddSingleton<LogReader>();
        builder.Services.AddSingleton<LagMetrics>();
        builder.Services.AddSingleton<ConsumeLoop>();
        builder.Services.AddSingleton<IDependencyState, KafkaState>();
        builder.Services.AddHostedService<UsageConsumer>();
    }
}
