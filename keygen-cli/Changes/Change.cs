using System.Text.Json.Serialization.Metadata;
using Dapper;
using Gateway.Keygen.AuditLog;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Output;
using Npgsql;

namespace Gateway.Keygen.Changes;

/// <summary>
/// The one way in which keygen changes anything: a transaction that tells the audit log who acts. A dry run does all that
/// the change would do, so every check is made, shows what the audit log would get, and takes it back.
/// </summary>
internal sealed class Change : IAsyncDisposable
{
    private readonly Surroundings _surroundings;
    private readonly NpgsqlTransaction _transaction;
    private readonly long _lastEntry;

    private Change(Surroundings surroundings, NpgsqlTransaction transaction, bool isDryRun, long lastEntry)
    {
        _surroundings = surroundings;
        _transaction = transaction;
        IsDryRun = isDryRun;
        _lastEntry = lastEntry;
    }

    /// <summary>Whether it has to end with <see cref="ShowAsync"/> and not with a commit.</summary>
    public bool IsDryRun { get; }

    public NpgsqlConnection Connection => _transaction.Connection!;

    public static async Task<Change> BeginAsync(
        Surroundings surroundings, NpgsqlConnection connection, ChangeTerms terms, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            // For this transaction only: behind a pooler the session is somebody else's next.
            await connection.ExecuteAsync(new CommandDefinition(
                "SELECT set_config('gateway.actor', @actor, true)", new { actor = terms.Actor(surroundings) }, cancellationToken: cancellationToken));
            var lastEntry = terms.IsDryRun ? await new AuditStore(connection).LastIdAsync(cancellationToken) : 0;
            return new Change(surroundings, transaction, terms.IsDryRun, lastEntry);
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>Cannot be interrupted once it has begun: nobody would know whether the change was made.</summary>
    /// <exception cref="InvalidOperationException">It is a dry run.</exception>
    public Task CommitAsync(CancellationToken cancellationToken)
    {
        if (IsDryRun)
        {
            throw new InvalidOperationException("A dry run is never committed.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        return _transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>What a dry run ends with: takes it back, and prints what would be changed.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ShowAsync(bool json, CancellationToken cancellationToken)
    {
        // All of them at once, and at most as many as a file may have keys: while they were printed from the transaction,
        // whoever reads slowly would keep every other change of the configuration waiting.
        var entries = await new AuditStore(Connection).SinceAsync(_lastEntry).ToListAsync(cancellationToken);
        await _transaction.RollbackAsync(cancellationToken);

        await _surroundings.Error.WriteLineAsync(entries.Count == 0 ? "Dry run: nothing would be changed." : "Dry run: nothing was changed. This would be:");
        await (json
            ? JsonLines.WriteObjectAsync(
                _surroundings.Output,
                new DryRun(IsDryRun),
                KeygenJson.Readable.DryRun,
                DryRun.Changes,
                entries.ToAsyncEnumerable(),
                KeygenJson.Readable.AuditEntry,
                cancellationToken)
            : AuditOutput.WriteAsync(_surroundings, entries.ToAsyncEnumerable(), cancellationToken));
        return ExitCode.Succeeded;
    }

    /// <summary>What a change ends with that has nothing more to do: commits it and says so, or shows what a dry run would have done.</summary>
    /// <param name="json">Whether the record is printed.</param>
    /// <param name="record">As it is then.</param>
    /// <param name="type">Its shape.</param>
    /// <param name="message">What was done, for people.</param>
    /// <param name="cancellationToken">Ends it before it is committed.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync<T>(bool json, T record, JsonTypeInfo<T> type, string message, CancellationToken cancellationToken)
    {
        if (IsDryRun)
        {
            return await ShowAsync(json, cancellationToken);
        }

        await CommitAsync(cancellationToken);
        if (json)
        {
            await JsonLines.WriteObjectAsync(_surroundings.Output, record, type);
        }

        await _surroundings.Error.WriteLineAsync(message);
        return ExitCode.Succeeded;
    }

    /// <summary>Takes back what was not committed.</summary>
    public ValueTask DisposeAsync() => _transaction.DisposeAsync();
}
