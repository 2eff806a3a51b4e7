using Npgsql;

namespace Gateway.Database.Running;

/// <summary>Which migrations a database has.</summary>
public static class SchemaVersion
{
    /// <summary>The version of the last migration that was applied, 0 for none.</summary>
    public static async Task<int> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_migrations", connection);
            return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return 0;
        }
    }
}
