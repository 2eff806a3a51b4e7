using Npgsql;

namespace Gateway.Databases;

/// <summary>How this gateway asks PostgreSQL, whatever it asks for.</summary>
internal static class ConnectionExtensions
{
    private const string ApplicationName = "gateway";

    /// <summary>
    /// Names connections that have no name yet, and gives up what takes longer than that, in whole seconds, by closing the
    /// connection: asking a server that hangs to cancel a query hangs too.
    /// </summary>
    public static void GiveUpAfter(this NpgsqlConnectionStringBuilder database, TimeSpan timeout)
    {
        database.ApplicationName ??= ApplicationName;
        database.CancellationTimeout = -1;
        database.CommandTimeout = database.Timeout = (int)Math.Ceiling(timeout.TotalSeconds);
    }
}
