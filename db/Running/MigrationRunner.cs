using Npgsql;

namespace Gateway.Database.Running;

/// <summary>Brings a database's schema up to date.</summary>
public sealed class MigrationRunner(string connectionString, IReadOnlyList<Migration> migrations)
{
    /// <summary>Applies what is missing.</summary>
    public async Task UpAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        foreach (var migration in migrations)
        {
            await using var command = new NpgsqlCommand(migration.Up, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
