using Gateway.Hosting.Settings;
using Gateway.Hosting.Startup;
using Npgsql;

namespace Gateway.ApiKeys;

/// <summary>Adds the key check.</summary>
internal static class ApiKeyExtensions
{
    private const string ApplicationName = "gateway";

    public static void AddApiKeys(this WebApplicationBuilder builder)
    {
        var database = builder.Configuration.DatabaseUrl();
        database.ApplicationName ??= ApplicationName;
        builder.Services.AddSingleton(_ => new NpgsqlDataSourceBuilder(database.ConnectionString).Build());
        builder.Services.AddSingleton<IDependency, PostgresDependency>();

        builder.Services.AddSingleton(ApiKeyOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<IApiKeySource, PostgresApiKeySource>();
        builder.Services.AddSingleton<ApiKeyStore>();
        builder.Services.AddHostedService<ApiKeyChangeListener>();
    }
}
