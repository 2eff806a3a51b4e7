using Gateway.Hosting.Health;
using Gateway.Hosting.Observability;
using Gateway.Hosting.Settings;
using Gateway.Hosting.Startup;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>Adds what writes to the database.</summary>
internal static class StorageExtensions
{
    private const string ApplicationName = "usage-processor";

    public static void AddStorage(this WebApplicationBuilder builder)
    {
        var options = StorageOptions.Read(builder.Configuration);
        var database = builder.Configuration.AnalyticsDatabaseUrl();
        database.ApplicationName ??= ApplicationName;
        database.CommandTimeout = (int)options.CommandTimeout.TotalSeconds;

        // A day added to a time is one of the session's own zone, and those are not all 24 hours long.
        database.Timezone = "UTC";

        // A server that hangs also keeps whoever connects to it waiting, to cancel the statement for example.
        database.Timeout = Math.Min(database.Timeout, database.CommandTimeout);

        // Two connections that are kept, and closed for good when they have failed: there is nothing to pool.
        database.Pooling = false;
        builder.Services.AddSingleton(_ => new NpgsqlDataSourceBuilder(database.ConnectionString) { Name = "usage" }.Build());
        builder.Services.AddSingleton<IDependency, PostgresDependency>();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<UsageStores>();
        builder.Services.AddSingleton<Blockage>();
        builder.Services.AddSingleton<IReadinessCondition>(static services => services.GetRequiredService<Blockage>());
        builder.Services.AddSingleton<IObservedMetrics, BlockageMetrics>();
        builder.Services.AddSingleton<RetryUntilDone>();
        builder.Services.AddSingleton<IDependencyState, DatabaseState>();
        builder.Services.AddSingleton<BatchFlusher>();
    }
}
