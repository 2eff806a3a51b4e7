using Gateway.Hosting.Kafka;
using Gateway.Hosting.Settings;
using Gateway.Hosting.Startup;
using Gateway.Usage.Heartbeat;

namespace Gateway.Usage;

/// <summary>Adds metering.</summary>
internal static class UsageExtensions
{
    public static void AddUsage(this WebApplicationBuilder builder)
    {
        var bootstrapServers = builder.Configuration.KafkaBootstrapServers();
        builder.Services.AddSingleton(UsageOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<UsageMeter>();
        builder.Services.AddSingleton<UsageEventQueue>();
        builder.Services.AddSingleton<UsageProducer>();

        // Stopped in reverse: the last heartbeat follows the last event.
        builder.Services.AddHostedService<HeartbeatPublisher>();
        builder.Services.AddHostedService<UsagePublisher>();
        builder.Services.AddSingleton<IDependency>(_ => new KafkaDependency(bootstrapServers));
    }
}
