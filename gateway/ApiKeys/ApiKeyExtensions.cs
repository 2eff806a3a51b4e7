using Gateway.ApiKeys.LastUse;
using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Refusals;
using Gateway.ApiKeys.Synchronization;
using Gateway.Databases;
using Gateway.Hosting.Observability;
using Gateway.Hosting.Settings;
using Gateway.Hosting.Startup;
using Npgsql;

namespace Gateway.ApiKeys;

/// <summary>Adds the key check.</summary>
internal static class ApiKeyExtensions
{
    public static void AddApiKeys(this WebApplicationBuilder builder)
    {
        var options = ApiKeyOptions.Read(builder.Configuration);

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(RefusalOptions.Read(builder.Configuration));
        services.AddSingleton<RefusalThrottle>();
        AddDatabase(services, builder.Configuration.DatabaseUrl(), options);

        services.AddSingleton<KeyTable>();
        services.AddSingleton<UnknownKeys>();
        services.AddSingleton<KeyFreshness>();
        services.AddSingleton<QuotaTimeZones>();
        services.AddSingleton<ApiKeyMetrics>();
        services.AddSingleton<LimitColumns>();
        services.AddSingleton<KeyColumns>();
        services.AddSingleton<KeyReader>();
        services.AddSingleton<GatewayInstance>();
        services.AddSingleton<IApiKeySource, PostgresApiKeySource>();
        services.AddSingleton<ApiKeyStore>();

        services.AddSingleton<KeyRefresher>();
        services.AddSingleton<IDependency>(static provider => provider.GetRequiredService<KeyRefresher>());
        services.AddHostedService(static provider => provider.GetRequiredService<KeyRefresher>());
        services.AddSingleton<KeySynchronizer>();
        services.AddHostedService(static provider => provider.GetRequiredService<KeySynchronizer>());
        services.AddSingleton<IDependencyState>(static provider => provider.GetRequiredService<KeySynchronizer>());
        services.AddHostedService<KeyNotifications>();
        services.AddSingleton<LastUseRecorder>();
        services.AddHostedService(static provider => provider.GetRequiredService<LastUseRecorder>());
    }

    private static void AddDatabase(IServiceCollection services, NpgsqlConnectionStringBuilder database, ApiKeyOptions options)
    {
        database.GiveUpAfter(options.QueryTimeout);
        var lookUps = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = PostgresApiKeySource.MaximumConnections };
        services.AddSingleton(_ => new NpgsqlDataSourceBuilder(lookUps.ConnectionString) { Name = "key look-ups" }.Build());
        services.AddSingleton<IDependency, PostgresDependency>();

        var synchronization = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = KeyDatabase.MaximumConnections };
        services.AddSingleton(_ => new KeyDatabase(
            new NpgsqlDataSourceBuilder(synchronization.ConnectionString) { Name = "key synchronization" }.Build()));
    }
}
