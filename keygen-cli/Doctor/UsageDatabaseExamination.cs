using Dapper;
using Gateway.Contracts;
using Gateway.Database.Running;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;
using Npgsql;

namespace Gateway.Keygen.Doctor;

/// <summary>The database of usage: TimescaleDB, what has been heard of the gateways' sequences, and what was refused.</summary>
internal sealed class UsageDatabaseExamination(Surroundings surroundings) : IExamination
{
    /// <summary>As <c>keygen reconcile</c>: heartbeats come every few seconds.</summary>
    private const int SilentAfterSeconds = 60;

    /// <summary>More dead letters than this are not counted.</summary>
    private const int LettersCounted = 1000;

    private readonly string _variable = DatabaseConnection.AnalyticsVariable(surroundings);

    public string Name => "usage-database";

    public string Advice => $"start it, or set {_variable} right: until then usage waits in Kafka";

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenUncheckedAsync(surroundings, _variable, cancellationToken);
        if (_variable == EnvironmentVariables.DatabaseUrl)
        {
            // Its schema is the other examination's to judge; without one there is nothing to ask.
            if (await SchemaVersion.ReadAsync(connection, cancellationToken) < Migration.LatestVersion)
            {
                findings.Skip(Name, $"the database of {EnvironmentVariables.DatabaseUrl}, whose schema is too old");
                return;
            }

            findings.Ok(Name, $"the database of {EnvironmentVariables.DatabaseUrl}");
        }
        else if (!await DatabaseChecks.RunAsync(surroundings, _variable, Name, connection, findings, cancellationToken))
        {
            return;
        }

        await TimescaleAsync(connection, findings, cancellationToken);
        await SourcesAsync(connection, findings, cancellationToken);
        await DeadLettersAsync(connection, findings, cancellationToken);
    }

    private static async Task TimescaleAsync(NpgsqlConnection connection, Findings findings, CancellationToken cancellationToken)
    {
        var version = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'", cancellationToken: cancellationToken));
        findings.Ok("timescaledb", version is null ? "not there: rollups are views over the ledger, which is fine" : $"version {version}");
    }

    private static async Task SourcesAsync(NpgsqlConnection connection, Findings findings, CancellationToken cancellationToken)
    {
        const string Check = "heartbeats";
        var sources = await connection.QuerySingleAsync<Sources>(new CommandDefinition(
            $"""
            SELECT count(*) FILTER (WHERE ended_at IS NULL AND announced_at >= now() - interval '{SilentAfterSeconds} seconds') AS running,
                   count(*) FILTER (WHERE ended_at IS NULL AND announced_at < now() - interval '{SilentAfterSeconds} seconds') AS silent,
                   CASE WHEN count(announced_at) > 0 THEN greatest(extract(epoch FROM now() - max(announced_at))::bigint, 0) END AS newest_seconds_ago
            FROM usage_sources
            """,
            cancellationToken: cancellationToken));
        if (sources.NewestSecondsAgo is not { } age)
        {
            findings.Warn(Check, "none was ever stored", "start a gateway and a usage-processor; where they run, they use another Kafka or database");
        }
        else if (sources.Silent > 0)
        {
            findings.Warn(
                Check,
                $"heard: {Counted.Text(sources.Running, "gateway")}; silent without having ended: {sources.Silent}; the newest is {Elapsed.Text(age)} old",
                "killed or cut off, with usage in a journal that is not drained, or the usage-processor is behind: keygen reconcile says what is missing");
        }
        else
        {
            findings.Ok(Check, $"heard: {Counted.Text(sources.Running, "gateway")}; none is silent; the newest is {Elapsed.Text(age)} old");
        }
    }

    private static async Task DeadLettersAsync(NpgsqlConnection connection, Findings findings, CancellationToken cancellationToken)
    {
        const string Check = "dead-letters";
        var letters = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"SELECT count(*) FROM (SELECT FROM dead_letters WHERE replayed_at IS NULL LIMIT {LettersCounted + 1}) AS letters", cancellationToken: cancellationToken));
        if (letters == 0)
        {
            findings.Ok(Check, "none");
        }
        else
        {
            findings.Warn(
                Check,
                letters > LettersCounted ? $"more than {LettersCounted}, not billed" : $"{letters}, not billed",
                "keygen dead-letters list says why; keygen dead-letters replay sends them again once that is mended");
        }
    }

    private sealed record Sources
    {
        public required long Running { get; init; }

        public required long Silent { get; init; }

        public long? NewestSecondsAgo { get; init; }
    }
}
