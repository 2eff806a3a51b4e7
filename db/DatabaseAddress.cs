using Npgsql;

namespace Gateway.Database;

/// <summary>What people call a database: where it is, and nothing secret.</summary>
public static class DatabaseAddress
{
    /// <summary><c>host:port/database</c>; several hosts with commas between them.</summary>
    public static string Of(NpgsqlConnectionStringBuilder connection)
    {
        var host = connection.Host!;
        if (host.Contains(',', StringComparison.Ordinal))
        {
            return $"{host}/{connection.Database}";
        }

        var isIPv6 = host.Contains(':', StringComparison.Ordinal);
        return $"{(isIPv6 ? $"[{host}]" : host)}:{connection.Port}/{connection.Database}";
    }
}
