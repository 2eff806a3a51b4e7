using System.Data;
using Npgsql;

namespace Gateway.Database.Running;

/// <summary>
/// A connection of its own that holds the migration lock. The lock belongs to the server's session, so it is free again
/// however this process ends; it also means that a pooler between us and PostgreSQL must not share sessions.
/// </summary>
internal sealed class MigrationSession : IAsyncDisposable
{
    /// <summary>"gwmigrat" in ASCII. Advisory locks are per database; any number will do that nobody else uses.</summary>
    private const long LockKey = 0x67776D6967726174;

    private MigrationSession(NpgsqlConnection connection) => Connection = connection;

    public NpgsqlConnection Connection { get; }

    /// <summary>Connects, and waits until no other run is under way, however long that takes.</summary>
    public static async Task<MigrationSession> OpenAsync(string connectionString, Action? onWaiting, CancellationToken cancellationToken)
    {
        var session = new MigrationSession(await ConnectAsync(connectionString, cancellationToken));
        try
        {
            if (!await session.LockAsync("SELECT pg_try_advisory_lock($1)", cancellationToken))
            {
                onWaiting?.Invoke();
                await session.LockAsync("SELECT pg_advisory_lock($1) IS NOT NULL", cancellationToken);
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection outside of any pool: closing it ends the session, and with it the lock.</summary>
    public static async Task<NpgsqlConnection> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        if (builder.Host!.Contains(',', StringComparison.Ordinal))
        {
            // Of several hosts only one can be written to.
            builder.TargetSessionAttributes ??= "read-write";
        }

        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a file and what goes with it in one transaction: both happen, or neither.</summary>
    public async Task InTransactionAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        await using var transaction = await Connection.BeginTransactionAsync(cancellationToken);
        await action();
        await transaction.CommitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await UnlockAsync();
        await Connection.DisposeAsync();
    }

    /// <summary>Closing frees the lock too, but only when the server notices, and the next run would say that it waits.</summary>
    private async Task UnlockAsync()
    {
        if (Connection.State != ConnectionState.Open)
        {
            return;
        }

        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", Connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The connection is lost, and the lock with it. What went wrong before is what the caller has to hear of.
        }
    }

    private async Task<bool> LockAsync(string function, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(function, Connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = LockKey } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
