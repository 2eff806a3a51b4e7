using Gateway.Contracts;

namespace Gateway.Database.Commands;

/// <summary>A database that a command works on.</summary>
/// <param name="Address">Where it is, for messages: host:port/database.</param>
/// <param name="ConnectionString">How to connect to it.</param>
internal sealed record TargetDatabase(string Address, string ConnectionString)
{
    /// <summary>The database of <c>DATABASE_URL</c>, and that of <c>ANALYTICS_DATABASE_URL</c> where it is another one.</summary>
    /// <exception cref="UsageException">A URL is missing or wrong.</exception>
    public static IReadOnlyList<TargetDatabase> Read(Func<string, string?> variable)
    {
        var url = Read(variable, EnvironmentVariables.DatabaseUrl);
        var analyticsUrl = Read(variable, EnvironmentVariables.AnalyticsDatabaseUrl);
        TargetDatabase[] targets = string.IsNullOrEmpty(analyticsUrl)
            ? [Parse(EnvironmentVariables.DatabaseUrl, url)]
            : [Parse(EnvironmentVariables.DatabaseUrl, url), Parse(EnvironmentVariables.AnalyticsDatabaseUrl, analyticsUrl)];
        return [.. targets.DistinctBy(static target => target.Address)];
    }

    private static string? Read(Func<string, string?> variable, string name)
    {
        try
        {
            return SecretVariable.Read(variable, name);
        }
        catch (FormatException exception)
        {
            throw new UsageException($"{name}: {exception.Message}");
        }
    }

    private static TargetDatabase Parse(string name, string? url)
    {
        if (string.IsNullOrEmpty(url))
        {
            throw new UsageException($"{name}: is not set; allowed is postgresql://user:password@host:port/database");
        }

        try
        {
            var connection = DatabaseUrl.Parse(url);
            connection.ApplicationName ??= "gateway-db";
            return new TargetDatabase(DatabaseAddress.Of(connection), connection.ConnectionString);
        }
        catch (FormatException exception)
        {
            throw new UsageException($"{name}: {exception.Message}");
        }
    }
}
