using Dapper;
using Npgsql;

namespace Gateway.Database.Running;

/// <summary>What a database says was applied to it.</summary>
internal sealed record AppliedMigration(int Version, string Name, string Checksum, DateTime AppliedAt);

/// <summary>The table <c>schema_migrations</c>.</summary>
internal static class MigrationHistory
{
    public static Task CreateAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version    integer     PRIMARY KEY,
                name       text        NOT NULL,
                checksum   text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
            )
            """,
            cancellationToken: cancellationToken));

    /// <summary>In order of version; nothing where the table does not exist.</summary>
    public static async Task<IReadOnlyList<AppliedMigration>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return (await connection.QueryAsync<AppliedMigration>(new CommandDefinition(
                "SELECT version, name, checksum, applied_at AS AppliedAt FROM schema_migrations ORDER BY version",
                cancellationToken: cancellationToken))).AsList();
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return [];
        }
    }

    public static Task AddAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO schema_migrations (version, name, checksum) VALUES (@Version, @Name, @Checksum)",
            new { migration.Version, migration.Name, migration.Checksum },
            cancellationToken: cancellationToken));

    public static Task RemoveAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM schema_migrations WHERE version = @Version", new { migration.Version }, cancellationToken: cancellationToken));
}
