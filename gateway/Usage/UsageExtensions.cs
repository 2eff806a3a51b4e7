using Gateway.Hosting.Health;
using Gateway.Hosting.Settings;
using Gateway.Hosting.Startup;
using Gateway.Usage.Heartbeat;
using Gateway.Usage.Journal;
using Gateway.Usage.Publishing;

namespace Gateway.Usage;

/// <summary>Adds metering. Kafka need not be there for it, not even at the start: events wait in the journal.</summary>
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
        builder.Services.AddSingleton<UnmeteredRequests>();
        builder.Services.AddSingleton<UsageMeter>();
        builder.Services.AddSingleton<UsageClock>();
        builder.Services.AddSingleton<IDependency>(static services => services.GetRequiredService<UsageClock>());
        builder.Services.AddSingleton<IReadinessCondition>(static services => services.GetRequiredService<UsageClock>());
        builder.Services.AddSingleton<IReadinessCondition, JournalReadiness>();
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<UsageProducer>(services, bootstrapServers));
        builder.Services.AddSingleton<UsagePublisher>();

        // Stopped in reverse: the last heartbeat follows the last event.
        builder.Services.AddHostedService<HeartbeatPublisher>();
        builder.Services.AddHostedService<JournalWatch>();
        builder.Services.AddHostedService<DeadJournalPublisher>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<UsagePublisher>());
    }
}
