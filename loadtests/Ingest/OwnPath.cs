using System.Diagnostics;
using Gateway.LoadTests.Running;
using Gateway.UsageProcessor.Storage;
using Npgsql;

namespace Gateway.LoadTests.Ingest;

/// <summary>
/// PostgreSQL's own path for rows that may be there already: COPY into a staging table, INSERT … ON CONFLICT DO NOTHING from
/// there into <c>usage_events</c> with all its indexes, a transaction a batch, one connection.
/// </summary>
internal static class OwnPath
{
    private const string Prepare = "CREATE TEMPORARY TABLE staged_rows (LIKE usage_events INCLUDING DEFAULTS) ON COMMIT DELETE ROWS";
    private const string Copy = $"COPY staged_rows ({Statements.EventColumns}) FROM STDIN (FORMAT binary)";
    private const string Insert =
        $"INSERT INTO usage_events ({Statements.EventColumns}) SELECT {Statements.EventColumns} FROM staged_rows ON CONFLICT DO NOTHING";

    /// <summary>Stores a set; answers what that took from the first commit to the last.</summary>
    /// <exception cref="LoadTestException">Not all of its rows were new.</exception>
    public static async Task<Measured> RunAsync(IngestServers servers, string database, EventSet set, CancellationToken cancellationToken)
    {
        await using var connection = await servers.ConnectAsync(database, cancellationToken);
        await using (var prepare = new NpgsqlCommand(Prepare, connection))
        {
            await prepare.ExecuteNonQueryAsync(cancellationToken);
        }

        var stored = await StoreAsync(connection, set.Batches[0], cancellationToken);
        var first = stored;
        var databaseTime = ProcessTimes.OfTree(servers.Postgres.Process.Id);
        var started = Stopwatch.GetTimestamp();
        foreach (var batch in set.Batches.Skip(1))
        {
            stored += await StoreAsync(connection, batch, cancellationToken);
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        if (stored != set.Count)
        {
            throw new LoadTestException($"PostgreSQL's own path stored {stored} of {set.Count} rows.");
        }

        return new Measured(stored - first, elapsed, TimeSpan.Zero, ProcessTimes.OfTree(servers.Postgres.Process.Id) - databaseTime, PeakBytes: 0);
    }

    private static async Task<int> StoreAsync(NpgsqlConnection connection, ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var copy = await connection.BeginRawBinaryCopyAsync(Copy, cancellationToken))
        {
            await copy.WriteAsync(batch, cancellationToken);
        }

        await using var insert = new NpgsqlCommand(Insert, connection);
        var stored = await insert.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return stored;
    }
}
