using Gateway.Contracts;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Gateway.Hosting.Settings;

/// <summary>Reads the variables of <see cref="EnvironmentVariables"/>; all of them throw <see cref="SettingException"/>.</summary>
public static class EnvironmentSettings
{
    /// <summary><c>DATABASE_URL</c> as a connection string.</summary>
    public static NpgsqlConnectionStringBuilder DatabaseUrl(this IConfiguration configuration) =>
        ParseDatabaseUrl(configuration, EnvironmentVariables.DatabaseUrl);

    /// <summary><c>ANALYTICS_DATABASE_URL</c>, or <c>DATABASE_URL</c> where it is not set.</summary>
    public static NpgsqlConnectionStringBuilder AnalyticsDatabaseUrl(this IConfiguration configuration) =>
        ParseDatabaseUrl(
            configuration,
            string.IsNullOrEmpty(configuration[EnvironmentVariables.AnalyticsDatabaseUrl])
                ? EnvironmentVariables.DatabaseUrl
                : EnvironmentVariables.AnalyticsDatabaseUrl);

    /// <summary><c>KAFKA_BOOTSTRAP_SERVERS</c>.</summary>
    public static string KafkaBootstrapServers(this IConfiguration configuration)
    {
        var servers = configuration.Required(EnvironmentVariables.KafkaBootstrapServers, "host:port[,host:port…]");
        foreach (var server in servers.Split(','))
        {
            var separator = server.LastIndexOf(':');
            if (separator < 1
                || server.Any(char.IsWhiteSpace)
                || !ushort.TryParse(server.AsSpan(separator + 1), out var port)
                || port == 0)
            {
                throw new SettingException(
                    EnvironmentVariables.KafkaBootstrapServers, $"\"{server}\" is not host:port; allowed is host:port[,host:port…]");
            }
        }

        return servers;
    }

    /// <summary>A setting that has no default.</summary>
    /// <exception cref="SettingException">It is missing or empty.</exception>
    public static string Required(this IConfiguration configuration, string name, string allowed) =>
        configuration[name] is { Length: > 0 } value
            ? value
            : throw new SettingException(name, $"is not set; allowed is {allowed}");

    private static NpgsqlConnectionStringBuilder ParseDatabaseUrl(IConfiguration configuration, string name)
    {
        var url = configuration.Required(name, "postgresql://user:password@host:port/database");
        try
        {
            return Database.DatabaseUrl.Parse(url);
        }
        catch (FormatException exception)
        {
            throw new SettingException(name, exception.Message);
        }
    }
}
