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

        // A query that takes too long is given up by closing its connection: asking a server that hangs to cancel it hangs too.
        var options = ApiKeyOptions.Read(builder.Configuration);
        database.CancellationTimeout = -1;
        database.CommandTimeout = database.Timeout = (int)Math.Ceiling(options.QueryTimeout.TotalSeconds);
        builder.Services.AddSingleton(_ => new NpgsqlDataSourceBuilder(database.ConnectionString).Build());
        builder.Services.AddSingleton<IDependency, PostgresDependency>();

        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<IApiKeySource, PostgresApiKeySource>();
        builder.Services.AddSingleton<ApiKeyStore>();
        builder.Services.AddHostedService<ApiKeyChangeListener>();
    }
}
