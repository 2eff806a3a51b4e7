using System.Diagnostics;
using Gateway.Contracts;
using Gateway.LoadTests.Running;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Npgsql;

namespace Gateway.LoadTests.Ingest;

/// <summary>
/// Usage-processors in processes of their own, as users run them, with their default settings. They are held back until
/// each has partitions, so that starting and joining the group is no part of what is measured.
/// </summary>
internal sealed class ProcessorGroup(IngestServers servers, string database, EventSet set, int size, int batchMessages) : IAsyncDisposable
{
    /// <summary>What has to be built.</summary>
    public const string ProgramName = "usage-processor";

    // Every processor asks there where its partitions go on before it stores anything.
    private const string Hold = "BEGIN; LOCK TABLE consumer_offsets IN ACCESS EXCLUSIVE MODE";
    private const string Release = "COMMIT";
    private const string CountHeld =
        $"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{ProgramName}' AND wait_event_type = 'Lock' AND datname = current_database()";

    private const string CountStored = "SELECT coalesce(sum(next_offset), 0)::bigint FROM consumer_offsets WHERE topic = $1";
    private const string CountRows = "SELECT coalesce(sum(stored), 0)::bigint FROM usage_sources WHERE source LIKE $1";

    // Rare enough to cost PostgreSQL next to nothing, often enough to time seconds.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<ChildProcess> _processes = [];

    /// <summary>Lets them store the set; answers what that took from the first commit to the last.</summary>
    /// <exception cref="LoadTestException">They do not get on, or did not store each event once.</exception>
    public async Task<Measured> RunAsync(CancellationToken cancellationToken)
    {
        await using var gate = await servers.ConnectAsync(database, cancellationToken);
        await using var watch = await servers.ConnectAsync(database, cancellationToken);
        await ExecuteAsync(gate, Hold, cancellationToken);
        for (var number = 1; number <= size; number++)
        {
            _processes.Add(await StartAsync(number));
        }

        await UntilAsync(watch, CountHeld, null, held => held == size, "to have partitions", cancellationToken);
        await ExecuteAsync(gate, Release, cancellationToken);
        var first = await UntilAsync(watch, CountStored, set.Topic.Name, stored => stored > 0, "to store their first batch", cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var (processorTime, databaseTime) = ReadTimes();
        await UntilAsync(watch, CountStored, set.Topic.Name, stored => stored == set.Count, "to store the next batch", cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var (processorTimeAtEnd, databaseTimeAtEnd) = ReadTimes();
        if (await CountAsync(watch, CountRows, $"{IngestEvents.SourcePrefix(set.Number)}%", cancellationToken) is var rows && rows != set.Count)
        {
            throw new LoadTestException($"The usage-processors stored {rows} rows of {set.Count} events.");
        }

        return new Measured(
            set.Count - first, elapsed, processorTimeAtEnd - processorTime, databaseTimeAtEnd - databaseTime,
            _processes.Max(process => ProcessTimes.PeakBytes(process.Id)));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
    }

    private Task<ChildProcess> StartAsync(int number) => Programs.StartAsync(
        ProgramName,
        Path.Combine(servers.LogFolder, $"{database}-{number}.log"),
        new Dictionary<string, string?>
        {
            [EnvironmentVariables.DatabaseUrl] = servers.Postgres.Url(database),
            [EnvironmentVariables.AnalyticsDatabaseUrl] = null,
            [EnvironmentVariables.KafkaBootstrapServers] = servers.Broker.BootstrapServers,
            ["ASPNETCORE_URLS"] = null,
            ["Management__Address"] = "127.0.0.1",
            ["Management__Port"] = $"{FreePort.Next()}",
            ["Consumer__Topic"] = set.Topic.Name,
            ["Consumer__Group"] = $"{database}-{set.Number}-{size}",
            ["Consumer__BatchMessages"] = $"{batchMessages}",
        });

    private (TimeSpan Processors, TimeSpan Database) ReadTimes()
    {
        var processors = TimeSpan.Zero;
        foreach (var process in _processes)
        {
            processors += ProcessTimes.Of(process.Id);
        }

        return (processors, ProcessTimes.OfTree(servers.Postgres.Process.Id));
    }

    /// <summary>Asks again and again; gives up when the answer stays the same for too long.</summary>
    private async Task<long> UntilAsync(
        NpgsqlConnection connection, string sql, string? parameter, Func<long, bool> isReached, string what, CancellationToken cancellationToken)
    {
        var (last, since) = (-1L, Stopwatch.GetTimestamp());
        while (true)
        {
            var count = await CountAsync(connection, sql, parameter, cancellationToken);
            if (isReached(count))
            {
                return count;
            }

            if (count != last)
            {
                (last, since) = (count, Stopwatch.GetTimestamp());
            }

            var ended = _processes.Find(process => process.HasExited);
            if (ended is not null || Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new LoadTestException(
                    $"{(ended is null ? $"The usage-processors take too long {what}" : "A usage-processor has ended")}; its last lines:\n{(ended ?? _processes[0]).Tail()}");
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string sql, string? parameter, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (parameter is not null)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
