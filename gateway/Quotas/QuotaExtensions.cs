using Gateway.Databases;
using Gateway.Hosting.Settings;
using Npgsql;

namespace Gateway.Quotas;

/// <summary>Adds what quotas need beside the debit itself.</summary>
internal static class QuotaExtensions
{
    public static void AddQuotas(this WebApplicationBuilder builder)
    {
        var options = QuotaOptions.Read(builder.Configuration);
        var database = builder.Configuration.AnalyticsDatabaseUrl();
        database.GiveUpAfter(options.LedgerTimeout);
        database.MaxPoolSize = QuotaLedger.MaximumConnections;

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(provider => new QuotaLedger(
            new NpgsqlDataSourceBuilder(database.ConnectionString) { Name = "quota ledger" }.Build(), options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WatchedQuotas>();
        services.AddSingleton<QuotaMetrics>();
        services.AddSingleton<QuotaCounters>();
        services.AddSingleton<QuotaSeeding>();
        services.AddSingleton<QuotaWatch>();
        services.AddSingleton<QuotaAlerts>();
        services.AddHostedService(static provider => provider.GetRequiredService<QuotaAlerts>());
        services.AddHostedService<QuotaReconciliation>();
    }
}
