using Npgsql;

namespace Gateway.UsageProcessor.Audit;

/// <summary>
/// Compares the rollups with the ledger, which is what is billed, and makes anew what differs. On plain PostgreSQL the rollups
/// are views over the ledger, so they cannot. Whether ledger and raw rows agree is <c>keygen reconcile</c>'s affair.
/// </summary>
internal sealed class RollupAudit(NpgsqlDataSource dataSource, ILogger<RollupAudit> logger)
{
    /// <summary>Three months are compared day by day; a month of a large installation takes a while.</summary>
    private const int CompareTimeoutSeconds = 600;

    /// <summary>Held by the session: one processor audits at a time.</summary>
    private const string TryLock = "SELECT pg_try_advisory_lock(20260022)";

    private const string HasTimescaleDb = "SELECT to_regclass('timescaledb_information.continuous_aggregates') IS NOT NULL";

    private const string AreContinuousAggregates = """
        SELECT EXISTS (
            SELECT FROM timescaledb_information.continuous_aggregates WHERE view_name = 'usage_hourly' AND view_schema = current_schema())
        """;

    /// <summary>
    /// Answers days (UTC) of which all raw rows are kept: all, or the newest three and those that late usage was recorded of
    /// lately, which the policies do not refresh when they are old. None without a ledger: the series would begin before all time,
    /// and never end, where raw rows are kept for ever. Parameter: whether all.
    /// </summary>
    private const string Days = """
        SELECT day FROM generate_series(
            (SELECT greatest(
                date_trunc('day', raw_usage_begins() + interval '1 day' - interval '1 microsecond', 'UTC'), date_trunc('day', min(hour), 'UTC'))
            FROM usage_ledger
            HAVING min(hour) IS NOT NULL),
            date_trunc('day', now(), 'UTC'), interval '1 day') AS day
        WHERE $1 OR day > now() - interval '3 days'
            OR day IN (SELECT date_trunc('day', hour, 'UTC') FROM usage_late WHERE recorded_hour > now() - interval '4 hours')
        ORDER BY day
        """;

    /// <summary>Without its row in <c>usage_retention</c> nobody knows: nothing is made anew from rows that may be gone.</summary>
    private const string RawBegins = "SELECT coalesce(raw_usage_begins(), 'infinity')";

    /// <param name="isFull">Everything that raw rows still cover.</param>
    /// <param name="cancellationToken">Stops in between.</param>
    public async Task RunAsync(bool isFull, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await ReadAsync<bool>(connection, HasTimescaleDb, cancellationToken)
            || !await ReadAsync<bool>(connection, AreContinuousAggregates, cancellationToken))
        {
            logger.NothingToAudit();
            return;
        }

        if (!await ReadAsync<bool>(connection, TryLock, cancellationToken))
        {
            return;
        }

        var days = await ReadDaysAsync(connection, isFull, cancellationToken);
        foreach (var rollup in Rollup.All)
        {
            foreach (var (from, to) in Periods(rollup, days))
            {
                await AuditAsync(connection, rollup, from, to, cancellationToken);
            }
        }

        logger.Audited(days.Count);
    }

    /// <summary>Hours and days a day at a time, months each once.</summary>
    private static IEnumerable<(DateTime From, DateTime To)> Periods(Rollup rollup, IReadOnlyList<DateTime> days) =>
        rollup == Rollup.All[^1]
            ? days.Select(static day => new DateTime(day.Year, day.Month, 1, 0, 0, 0, DateTimeKind.Utc))
                .Distinct()
                .Select(static month => (month, month.AddMonths(1)))
            : days.Select(static day => (day, day.AddDays(1)));

    private async Task AuditAsync(NpgsqlConnection connection, Rollup rollup, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        var differences = await CompareAsync(connection, rollup, from, to, cancellationToken);
        if (differences.Count == 0)
        {
            return;
        }

        foreach (var difference in differences)
        {
            // Days and months are made of hours, and those are kept for ever; they are compared and repaired before.
            if (rollup != Rollup.All[0] || difference.From >= await ReadAsync<DateTime>(connection, RawBegins, cancellationToken))
            {
                await RefreshAsync(connection, rollup, difference, cancellationToken);
            }
        }

        var remaining = (await CompareAsync(connection, rollup, from, to, cancellationToken)).ToDictionary(static difference => difference.From);
        foreach (var difference in differences)
        {
            if (remaining.TryGetValue(difference.From, out var left))
            {
                logger.RollupCannotBeRepaired(rollup.Name, left.From, left.Requests, left.Units);
            }
            else
            {
                logger.RollupRepaired(rollup.Name, difference.From, difference.Requests, difference.Units);
            }
        }
    }

    private static async Task RefreshAsync(
        NpgsqlConnection connection, Rollup rollup, BucketDifference difference, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(rollup.Refresh, connection)
        {
            CommandTimeout = CompareTimeoutSeconds,
            Parameters = { new() { Value = difference.From }, new() { Value = difference.To } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<BucketDifference>> CompareAsync(
        NpgsqlConnection connection, Rollup rollup, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(rollup.Compare, connection)
        {
            CommandTimeout = CompareTimeoutSeconds,
            Parameters = { new() { Value = from }, new() { Value = to } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var differences = new List<BucketDifference>();
        while (await reader.ReadAsync(cancellationToken))
        {
            differences.Add(new BucketDifference(reader.GetDateTime(0), reader.GetDateTime(1), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return differences;
    }

    private static async Task<List<DateTime>> ReadDaysAsync(NpgsqlConnection connection, bool isFull, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Days, connection) { Parameters = { new() { Value = isFull } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var days = new List<DateTime>();
        while (await reader.ReadAsync(cancellationToken))
        {
            days.Add(reader.GetDateTime(0));
        }

        return days;
    }

    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
