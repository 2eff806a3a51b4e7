using Gateway.Hosting.Kafka;
using Gateway.Hosting.Settings;
using Gateway.Hosting.Startup;
using Gateway.Usage.Heartbeat;
using Gateway.Usage.Journal;
using Gateway.Usage.Publishing;

namespace Gateway.Usage;

/// <summary>Adds metering.</summary>
internal static class UsageExtensions
{
    public static void AddUsage(this WebApplicationBuilder builder)
    {
        var bootstrapServers = builder.Configuration.KafkaBootstrapServers();
        builder.Services.AddSingleton(UsageOptions.Read(builder.Configuration));
        builder.Services.AddSingleton(JournalOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<JournalDirectory>();
        builder.Services.AddSingleton(static services => UsageJournal.Open(
            services.GetRequiredService<JournalOptions>(), Guid.CreateVersion7(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<UsageMeter>();
        builder.Services.AddSingleton<UsageProducer>();
        builder.Services.AddSingleton<UsagePublisher>();

        // Stopped in reverse: the last heartbeat follows the last event.
        builder.Services.AddHostedService<HeartbeatPublisher>();
        builder.Services.AddHostedService<JournalWatch>();
        builder.Services.AddHostedService<DeadJournalPublisher>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<UsagePublisher>());
        builder.Services.AddSingleton<IDependency>(_ => new KafkaDependency(bootstrapServers));
    }
}
