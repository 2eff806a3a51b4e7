using System.Data;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.DeadLetters;
using Gateway.UsageProcessor.Sources;
using Gateway.UsageProcessor.Totals;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// The database, over one connection of its own, which carries the staging table. A connection that was lost is not replaced
/// behind anybody's back: after a break the database may be another one, a replica that was promoted and lacks our last
/// commits, and all that we believe of it has to be read again.
/// Not thread-safe: one call at a time. Every method throws what Npgsql throws.
/// </summary>
internal sealed class UsageStore(NpgsqlDataSource dataSource, ConsumerOptions consumer, StorageOptions options) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private IReadOnlyList<ReceivedMessage>? _staged;

    /// <summary>Whether there is a connection, as far as is known.</summary>
    public bool IsConnected => _connection is { State: ConnectionState.Open };

    /// <summary>Connects where there is no connection.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (!IsConnected)
        {
            await DisposeAsync();
            _connection = await OpenAsync(cancellationToken);
        }
    }

    /// <summary>Where each partition goes on. Connects where there is no connection.</summary>
    public async Task<StoredOffsets> ReadOffsetsAsync(int[] partitions, CancellationToken cancellationToken)
    {
        var isNew = !IsConnected;
        await ConnectAsync(cancellationToken);
        return await OnConnectionAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(Statements.ReadOffsets, connection)
                {
                    Parameters = { new() { Value = consumer.Group }, new() { Value = consumer.Topic }, new() { Value = partitions } },
                };
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                var offsets = new Dictionary<int, StoredOffset>(partitions.Length);
                while (await reader.ReadAsync(cancellationToken))
                {
                    offsets.Add(
                        reader.GetInt32(0),
                        new StoredOffset(reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2), reader.GetBoolean(3)));
                }

                return new StoredOffsets(offsets, isNew);
            });
    }

    /// <summary>
    /// Takes events to the database beforehand, into a transaction that holds no locks: <see cref="WriteAsync"/> of the same
    /// list, unchanged, goes on from there.
    /// </summary>
    /// <exception cref="ConnectionLostException">There is no connection.</exception>
    public async Task StageAsync(IReadOnlyList<ReceivedMessage> events, CancellationToken cancellationToken)
    {
        await RollBackAsync();
        await OnConnectionAsync(
            async connection =>
            {
                _transaction = await connection.BeginTransactionAsync(cancellationToken);
                if (events.Count > 0)
                {
                    await EventCopy.WriteAsync(connection, events, 0, events.Count, options.CommandTimeout, cancellationToken);
                }

                _staged = events;
                return true;
            });
    }

    /// <summary>Gives up what was staged. Answers whether there still is a connection: that may be what shows that it is lost.</summary>
    public async Task<bool> UnstageAsync()
    {
        await RollBackAsync();
        return IsConnected;
    }

    /// <summary>
    /// Events, ledger, dead letters, sources and offsets in one transaction, or nothing: where the fence held because another
    /// processor has advanced one of the partitions, and where events are older than the raw rows that are kept.
    /// </summary>
    /// <exception cref="ConnectionLostException">There is no connection.</exception>
    public async Task<WriteResult> WriteAsync(BatchWrite write, CancellationToken cancellationToken)
    {
        // The staging table is this connection's own: no locks yet, however long the rows take to get there.
        if (!ReferenceEquals(_staged, write.Events))
        {
            await StageAsync(write.Events, cancellationToken);
        }

        return await OnConnectionAsync(
            async connection =>
            {
                // Whatever becomes of it, what was staged is used up.
                await using var transaction = _transaction!;
                (_transaction, _staged) = (null, null);
                if (write.Events.Count > 0)
                {
                    // From here on no raw row is dropped that a copy would have to be compared with.
                    var rawBegins = await HoldRawUsageAsync(connection, cancellationToken);
                    if (write.HasEventBefore(rawBegins))
                    {
                        return WriteResult.TooOld(rawBegins);
                    }
                }

                // From here on the partitions are ours until the end of the transaction, or it ends now, rolled back.
                if (!await AdvanceOffsetsAsync(connection, write.Advances, cancellationToken))
                {
                    return WriteResult.Fenced;
                }

                var stored = write.Events.Count > 0 ? await InsertEventsAsync(connection, write.Events, 0, write.Events.Count, cancellationToken) : [];
                if (write.DeadLetters.Count > 0)
                {
                    await DeadLetterTable.InsertAsync(connection, consumer.Topic, write.DeadLetters, cancellationToken);
                }

                if (write.Replayed.Count > 0)
                {
                    await DeadLetterTable.MarkReplayedAsync(connection, consumer.Topic, write.Replayed, cancellationToken);
                }

                if (write.Sources.Count > 0)
                {
                    await FollowedSources.FollowAsync(connection, write.Sources, stored, cancellationToken);
                }

                // Should the connection break here, nobody knows whether this took effect. The next attempt finds out:
                // the offsets are read again before anything else.
                await transaction.CommitAsync(cancellationToken);
                return WriteResult.Written(stored.Values.Sum(static source => source.Rows));
            });
    }

    /// <summary>
    /// Finds the events because of which PostgreSQL refuses a transaction: tries all, then halves of what it refused, in
    /// their order, until single ones are left; the others stay in place meanwhile, as some are refused only together
    /// (a total that overflows). All of it is rolled back. Answers each culprit with the reason.
    /// </summary>
    public async Task<List<RefusedEvent>> FindRefusedAsync(IReadOnlyList<ReceivedMessage> events, CancellationToken cancellationToken)
    {
        await RollBackAsync();
        return await OnConnectionAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var search = new RefusedEventSearch(connection, transaction, events, options.CommandTimeout);
                return await search.RunAsync(cancellationToken);
            });
    }

    /// <summary>Closes the connection; there is none until the next <see cref="ConnectAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        // The server rolls back what is open on it.
        (_transaction, _staged) = (null, null);
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    /// <summary>Stores these events, which are staged, and nothing else is; answers what of it was new, by source.</summary>
    internal static async Task<Dictionary<string, StoredOfSource>> InsertEventsAsync(
        NpgsqlConnection connection, IReadOnlyList<ReceivedMessage> staged, int start, int count, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Statements.InsertEvents, connection);
        command.Parameters.AddRange(LedgerTotals.Parameters(staged, start, count));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stored = new Dictionary<string, StoredOfSource>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            stored.Add(reader.GetString(0), new StoredOfSource(reader.GetInt64(1), reader.GetDecimal(2)));
        }

        return stored;
    }

    private static async Task<DateTime> HoldRawUsageAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Statements.HoldRawUsage, connection);
        return (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<bool> AdvanceOffsetsAsync(
        NpgsqlConnection connection, IReadOnlyList<OffsetAdvance> advances, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Statements.AdvanceOffsets, connection)
        {
            Parameters =
            {
                new() { Value = consumer.Group },
                new() { Value = consumer.Topic },
                new() { Value = advances.Select(static advance => advance.Partition).ToArray() },
                new() { Value = advances.Select(static advance => advance.Expected).ToArray() },
                new() { Value = advances.Select(static advance => advance.Next).ToArray() },
                new() { Value = advances.Select(static advance => advance.Fingerprint).ToArray() },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken) == advances.Count;
    }

    private async Task<T> OnConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> useAsync)
    {
        var connection = IsConnected ? _connection! : throw new ConnectionLostException();
        try
        {
            return await useAsync(connection);
        }
        catch (Exception exception)
        {
            // PostgreSQL's own refusals leave the connection as it was, the transaction rolled back. After anything else,
            // a time-out above all, nobody knows what is still on its way over it. What an operator mends, a migration above all,
            // may not reach the staging table of a session that is open.
            if (exception is PostgresException refusal && OperatorAdvice.Of(refusal) is null)
            {
                await RollBackAsync();
            }
            else
            {
                await DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Npgsql keeps it to itself where the connection turns out to be lost: it is not open any more, that is all.</summary>
    private async Task RollBackAsync()
    {
        if (_transaction is { } transaction)
        {
            (_transaction, _staged) = (null, null);
            await transaction.DisposeAsync();
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(Statements.PrepareConnection(options.CommandTimeout), connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (Exception)
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
