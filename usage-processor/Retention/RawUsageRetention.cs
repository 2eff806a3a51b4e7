using Npgsql;
using NpgsqlTypes;

namespace Gateway.UsageProcessor.Retention;

/// <summary>
/// Raw rows are dropped in two steps, so that no copy of what is dropped is ever counted: first the beginning of what is
/// kept is moved and committed (<c>keep_raw_usage()</c>, which waits for every transaction that stores by the old one), and
/// only then goes what is before it. With TimescaleDB the first step sets its policies, and those drop whole chunks, a day
/// later at the earliest. On plain PostgreSQL rows are deleted here.
/// </summary>
internal sealed class RawUsageRetention(
    NpgsqlDataSource dataSource, RetentionOptions options, TimeProvider timeProvider, ILogger<RawUsageRetention> logger)
{
    /// <summary>Of 8 KB, with some 30 rows each: a delete is a matter of milliseconds, and is committed at once.</summary>
    private const int PagesAtOnce = 200;

    /// <summary>More than <c>keep_raw_usage()</c> waits for those who store.</summary>
    private const int ReadTimeoutSeconds = 30;

    /// <summary>Held by the session: one processor drops at a time, and the others leave it to that.</summary>
    private const string TryLock = "SELECT pg_try_advisory_lock(20260021)";

    /// <summary>Without its row in <c>usage_retention</c> the first answers null, and the second refuses and says so.</summary>
    private const string Keep = "SELECT coalesce(keep_raw_usage($1), hold_raw_usage())";

    /// <summary>
    /// Answers before when rows are to go, unless they are gone already, and the pages that they may be on. What is stored
    /// from now on is not as old. A hypertable has no pages of its own.
    /// </summary>
    private const string ReadTask = """
        SELECT kept_from, pg_relation_size('usage_events') / current_setting('block_size')::bigint
        FROM usage_retention
        WHERE dropped_before < kept_from
        """;

    /// <summary>
    /// Page by page through the table: old rows are found by reading it once, where an index by time would go stale as
    /// new rows fill the pages of dropped ones.
    /// </summary>
    private const string DropPages = "DELETE FROM usage_events WHERE ctid >= $1 AND ctid < $2 AND occurred_at < $3";

    private const string Finish = "UPDATE usage_retention SET dropped_before = greatest(dropped_before, $1)";

    /// <summary>Whether the last round could not move the beginning, because a transaction that stores did not end in time.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Answers how many rows were dropped, null where another processor does it at the moment.</summary>
    public async Task<long?> RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await ReadAsync<bool>(connection, TryLock, cancellationToken))
        {
            return null;
        }

        IsBehind = false;
        try
        {
            await ReadAsync<DateTime>(connection, Keep, cancellationToken, new NpgsqlParameter { Value = options.RawDays });
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // A transaction is stuck that stores by the old beginning. What the last round allowed can still go.
            IsBehind = true;
            logger.RetentionWaits();
        }

        return await ReadTaskAsync(connection, cancellationToken) is { } task ? await DropAsync(connection, task, cancellationToken) : 0;
    }

    private async Task<long> DropAsync(NpgsqlConnection connection, DropTask task, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetTimestamp();
        var dropped = 0L;
        for (var page = 0L; page < task.Pages; page += PagesAtOnce)
        {
            var deleteStartedAt = timeProvider.GetTimestamp();
            dropped += await DropPagesAsync(connection, page, task.Before, cancellationToken);

            // Half of the time belongs to whoever stores.
            await Task.Delay(timeProvider.GetElapsedTime(deleteStartedAt), timeProvider, cancellationToken);
        }

        await using var finish = new NpgsqlCommand(Finish, connection) { Parameters = { new() { Value = task.Before } } };
        await finish.ExecuteNonQueryAsync(cancellationToken);
        if (dropped > 0)
        {
            logger.RawRowsDropped(dropped, task.Before, timeProvider.GetElapsedTime(startedAt).TotalSeconds);
        }

        return dropped;
    }

    private static async Task<int> DropPagesAsync(
        NpgsqlConnection connection, long page, DateTime before, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(DropPages, connection)
        {
            Parameters =
            {
                new() { Value = new NpgsqlTid((uint)page, 0), NpgsqlDbType = NpgsqlDbType.Tid },
                new() { Value = new NpgsqlTid((uint)(page + PagesAtOnce), 0), NpgsqlDbType = NpgsqlDbType.Tid },
                new() { Value = before },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<DropTask?> ReadTaskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadTask, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new DropTask(reader.GetDateTime(0), reader.GetInt64(1)) : null;
    }

    private static async Task<T> ReadAsync<T>(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = ReadTimeoutSeconds };
        command.Parameters.AddRange(parameters);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <param name="Before">Rows before it are to go.</param>
    /// <param name="Pages">How many pages the table has.</param>
    private readonly record struct DropTask(DateTime Before, long Pages);
}
