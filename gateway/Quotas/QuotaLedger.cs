using Npgsql;

namespace Gateway.Quotas;

/// <summary>
/// What has been used by the ledger, the truth for billing. Reads over connections of its own, so that neither look-ups of
/// keys nor this can keep the other waiting.
/// </summary>
/// <remarks>
/// No query gets a cancellation token, see KeyDatabase: who cannot wait goes on, and the query ends by its own timeout.
/// After a failure no request waits for a second, so that a ledger that is away costs few of them anything.
/// </remarks>
internal sealed class QuotaLedger(NpgsqlDataSource dataSource, QuotaOptions options, TimeProvider timeProvider) : IAsyncDisposable
{
    /// <summary>Most use is read by reconciliation; requests come here only when Redis has lost a counter.</summary>
    public const int MaximumConnections = 4;

    private const string Units = "SELECT billable_units FROM billable_usage($1, $2, $3)";

    // Refused requests count as well: whatever has arrived of the organization shows how far the ledger is.
    private const string UnitsAndArrival =
        """
        SELECT billable_units, exists(SELECT FROM usage_events WHERE organization_id = $1 AND occurred_at >= $4)
        FROM billable_usage($1, $2, $3)
        """;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private long _failedAt;
    private volatile bool _hasFailed;

    /// <summary>Units used in a month, by what has arrived so far. For a request that waits.</summary>
    /// <exception cref="QuotaLedgerException">The ledger cannot be read, not in time, or could not a moment ago.</exception>
    public async Task<long> ReadAsync(Guid organizationId, QuotaMonth month)
    {
        if (_hasFailed && timeProvider.GetElapsedTime(Volatile.Read(ref _failedAt)) < PauseAfterFailure)
        {
            throw new QuotaLedgerException("it could not be read a moment ago");
        }

        try
        {
            var use = await ReadAsync(Units, organizationId, month, arrivedSince: null, options.LedgerTimeout);
            _hasFailed = false;
            return use.Units;
        }
        catch (QuotaLedgerException)
        {
            Volatile.Write(ref _failedAt, timeProvider.GetTimestamp());
            _hasFailed = true;
            throw;
        }
    }

    /// <summary>
    /// Units used in a month, and whether anything of the organization has arrived that happened since a moment. For reconciliation,
    /// which has more time.
    /// </summary>
    /// <exception cref="QuotaLedgerException">The ledger cannot be read, or not in time.</exception>
    public Task<LedgerUse> ReadAsync(Guid organizationId, QuotaMonth month, DateTimeOffset arrivedSince) =>
        ReadAsync(UnitsAndArrival, organizationId, month, arrivedSince, options.ReconcileTimeout);

    public ValueTask DisposeAsync() => dataSource.DisposeAsync();

    private async Task<LedgerUse> ReadAsync(
        string query, Guid organizationId, QuotaMonth month, DateTimeOffset? arrivedSince, TimeSpan timeout)
    {
        try
        {
            return await QueryAsync(query, organizationId, month, arrivedSince, timeout).WaitAsync(timeout, timeProvider);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException)
        {
            throw new QuotaLedgerException(exception.Message);
        }
    }

    private async Task<LedgerUse> QueryAsync(
        string query, Guid organizationId, QuotaMonth month, DateTimeOffset? arrivedSince, TimeSpan timeout)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(query, connection)
        {
            CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds),
            Parameters =
            {
                new() { Value = organizationId },
                new() { Value = HourOf(month.Start) },
                new() { Value = HourOf(month.End) },
            },
        };
        if (arrivedSince is { } moment)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = moment.UtcDateTime });
        }

        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new LedgerUse(reader.GetInt64(0), arrivedSince is not null && reader.GetBoolean(1));
    }

    // The ledger knows hours of UTC. Where a month begins within one (zones of half an hour) the whole hour is the new
    // month's, so that each hour belongs to exactly one month.
    private static DateTime HourOf(DateTimeOffset moment) => moment.UtcDateTime.AddTicks(-(moment.UtcTicks % TimeSpan.TicksPerHour));
}

/// <summary>What the ledger has of an organization's month.</summary>
/// <param name="Units">Billable units.</param>
/// <param name="HasArrived">Whether anything has arrived that happened since the moment that was asked for.</param>
internal readonly record struct LedgerUse(long Units, bool HasArrived);

/// <summary>The ledger cannot be read. The message is for logs.</summary>
internal sealed class QuotaLedgerException(string message) : Exception(message);
