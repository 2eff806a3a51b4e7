using Gateway.Contracts.Usage;
using Npgsql;

namespace Gateway.UsageProcessor.Backlog;

/// <summary>Reads what has not arrived, and what nobody has looked after, from the tables that count it.</summary>
internal sealed class BacklogReader(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// A dead letter that came too late may be a copy of a row that was dropped, so it explains nothing. What a running source
    /// says is pending is still to come, and what it took off that list a moment ago is on its way.
    /// </summary>
    private const string Sources =
        """
        WITH letters AS (
            SELECT source, count(DISTINCT sequence) AS explained FROM dead_letters
            WHERE source IS NOT NULL AND replayed_at IS NULL AND NOT starts_with(reason, $2)
            GROUP BY source
        ), counted AS (
            SELECT source, minted, minted - stored - coalesce(explained, 0) - (
                SELECT coalesce(sum(upper(range) - lower(range)), 0)
                FROM unnest(
                    unanswered
                    + CASE WHEN ended_at IS NULL AND announced_at >= now() - $1 THEN pending ELSE '{}' END
                    + CASE WHEN released_at > now() - $1 THEN released ELSE '{}' END) AS range) AS absent
            FROM (SELECT *, greatest(highest_sequence, announced_sequence) AS minted FROM usage_sources) AS known
            LEFT JOIN letters USING (source)
            WHERE minted > stored
        )
        SELECT source, minted, absent::bigint FROM counted WHERE absent > 0
        """;

    private const string Letters = "SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL";

    /// <summary>Sources of which something is not there, and how many dead letters wait for somebody.</summary>
    public async Task<(IReadOnlyList<SourceCount> Sources, long DeadLetters)> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(Sources)
                {
                    Parameters = { new() { Value = MissingSequences.Grace }, new() { Value = DeadLetterReasons.TooOld } },
                },
                new NpgsqlBatchCommand(Letters),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        List<SourceCount> sources = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            sources.Add(new SourceCount(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        }

        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (sources, reader.GetInt64(0));
    }
}
