using Gateway.Database.Running;
using Npgsql;

namespace Gateway.Database.Scripts;

/// <summary>A file of SQL that this build carries.</summary>
/// <param name="Name">The file's name, for messages.</param>
/// <param name="Sql">Its content.</param>
internal sealed record SqlFile(string Name, string Sql)
{
    /// <summary>Runs it, statement by statement, in the transaction that the connection is in.</summary>
    /// <exception cref="MigrationException">A statement failed; the message says in which line and why.</exception>
    public async Task ExecuteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var statements = SqlScript.Split(Sql);
        if (statements.FirstOrDefault(statement => statement.ControlsTransaction) is { } intruder)
        {
            throw new MigrationException(
                MigrationFailure.Failed,
                $"{Name}, line {intruder.FirstLine}: {intruder.FirstWord.ToUpperInvariant()} is not allowed, the file runs in a transaction already");
        }

        foreach (var statement in statements)
        {
            // Building an index may take hours, so there is no timeout; Ctrl-C cancels.
            await using var command = new NpgsqlCommand(statement.Command, connection) { CommandTimeout = 0 };
            try
            {
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (PostgresException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new MigrationException(
                    MigrationFailure.Failed,
                    $"{Name}, line {ScriptError.LineOf(exception, statement)}: {exception.MessageText} ({exception.SqlState})",
                    exception);
            }
        }
    }
}
