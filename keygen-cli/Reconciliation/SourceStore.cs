using Dapper;
using Npgsql;

namespace Gateway.Keygen.Reconciliation;

/// <summary>
/// What has arrived of each source. The counts in <c>usage_sources</c> say whether anything is missing; only where they leave
/// a doubt are the source's rows read, which say what.
/// </summary>
internal sealed class SourceStore(NpgsqlConnection analytics, TimeSpan grace)
{
    /// <summary>Ranges of what is missing that are named.</summary>
    internal const int RangesNamed = 5;

    private const string Read =
        """
        WITH letters AS (
            SELECT source, count(DISTINCT sequence) AS dead_lettered, min(recorded_at) AS first_at, max(recorded_at) AS last_at
            FROM dead_letters
            WHERE source IS NOT NULL AND replayed_at IS NULL
            GROUP BY source
        ), known AS (
            SELECT *, greatest(highest_sequence, announced_sequence) AS minted FROM usage_sources
        )
        SELECT source, first_seen_at, last_seen_at, announced_at, ended_at,
               coalesce(announced_at < now() - @grace, false) AS is_silent,
               coalesce(minted, 0) AS minted, coalesce(stored, 0) AS stored,
               coalesce(sequence_sum = minted::numeric * (minted + 1::numeric) / 2, true) AS adds_up,
               coalesce(duplicates, 0) AS duplicates, coalesce(dead_lettered, 0) AS dead_lettered,
               coalesce(first_seen_at < @rawBegins, false) AS is_cut
        FROM known
        FULL JOIN letters USING (source)
        WHERE coalesce(least(first_seen_at, announced_at), first_at) < @to
            AND coalesce(greatest(last_seen_at, announced_at), last_at) >= @from
        ORDER BY coalesce(least(first_seen_at, announced_at), first_at), source
        """;

    /// <summary>
    /// What is neither stored nor a dead letter. A hole is still open while the row behind it is younger than the grace: what
    /// is in it was minted before that row. A tail is, while the heartbeat that told of it is. Where retention has dropped a
    /// source's first rows, holes are looked for from the oldest that is left: a dead letter from before it (an event that came
    /// too late, say) has no neighbours any more.
    /// </summary>
    private const string Look =
        """
        WITH suspects AS (
            SELECT * FROM unnest(@sources, @minted, @areCut) AS suspect (source, minted, is_cut)
        ), kept AS (
            SELECT source, min(sequence) AS first_kept FROM usage_events
            WHERE source = ANY (@sources) AND occurred_at BETWEEN greatest(@first, @rawBegins) AND @last
            GROUP BY source
        ), present AS (
            SELECT source, sequence, sum(rows) AS rows, max(recorded_at) AS recorded_at
            FROM (
                SELECT source, sequence, 1 AS rows, recorded_at FROM usage_events
                WHERE source = ANY (@sources) AND occurred_at BETWEEN greatest(@first, @rawBegins) AND @last
                UNION ALL
                SELECT source, sequence, 0, dead_letters.recorded_at FROM dead_letters JOIN suspects USING (source) LEFT JOIN kept USING (source)
                WHERE sequence <= minted AND replayed_at IS NULL AND (NOT is_cut OR sequence > first_kept)
            ) AS arrived
            GROUP BY source, sequence
        ), neighbours AS (
            SELECT source, sequence, rows, recorded_at,
                   lag(sequence, 1, CASE WHEN is_cut THEN sequence - 1 ELSE 0 END) OVER (PARTITION BY source ORDER BY sequence) AS previous
            FROM present JOIN suspects USING (source)
        ), ends AS (
            SELECT source, max(sequence) AS highest, sum(rows - 1) FILTER (WHERE rows > 1) AS doubled FROM present GROUP BY source
        ), gaps AS (
            SELECT source, previous + 1 AS first, sequence - 1 AS last, recorded_at > now() - @grace AS is_open
            FROM neighbours
            WHERE sequence > previous + 1
            UNION ALL
            SELECT source, coalesce(highest, 0) + 1, minted, coalesce(announced_since > now() - @grace, false)
            FROM suspects
            JOIN usage_sources USING (source)
            LEFT JOIN ends USING (source)
            WHERE minted > coalesce(highest, 0) AND NOT (is_cut AND highest IS NULL)
        ), numbered AS (
            SELECT *, row_number() OVER (PARTITION BY source, is_open ORDER BY first) AS number FROM gaps
        ), summed AS (
            SELECT source,
                   sum(last - first + 1) FILTER (WHERE is_open) AS open,
                   sum(last - first + 1) FILTER (WHERE NOT is_open) AS missing,
                   count(*) FILTER (WHERE NOT is_open) AS ranges,
                   array_agg(first ORDER BY first) FILTER (WHERE NOT is_open AND number <= @named) AS firsts,
                   array_agg(last ORDER BY first) FILTER (WHERE NOT is_open AND number <= @named) AS lasts
            FROM numbered
            GROUP BY source
        )
        SELECT source, coalesce(open, 0)::bigint AS open, coalesce(missing, 0)::bigint AS missing, coalesce(ranges, 0) AS ranges,
               coalesce(firsts, '{}') AS firsts, coalesce(lasts, '{}') AS lasts, coalesce(doubled, 0)::bigint AS doubled
        FROM suspects
        LEFT JOIN summed USING (source)
        LEFT JOIN ends USING (source)
        """;

    /// <summary>Every source that had an event, a heartbeat or a dead letter in the period, the oldest first.</summary>
    public async Task<IReadOnlyList<SourceRow>> ReadAsync(DateTime from, DateTime to, DateTime rawBegins, CancellationToken cancellationToken) =>
        (await analytics.QueryAsync<SourceRow>(Command(Read, new { from, to, rawBegins, grace }, cancellationToken))).AsList();

    /// <summary>Reads the rows of these sources.</summary>
    public async Task<IReadOnlyDictionary<string, SequenceFindings>> LookAsync(
        IReadOnlyList<SourceRow> suspects, DateTime rawBegins, CancellationToken cancellationToken)
    {
        if (suspects.Count == 0)
        {
            return new Dictionary<string, SequenceFindings>(StringComparer.Ordinal);
        }

        var parameters = new
        {
            sources = suspects.Select(static suspect => suspect.Source).ToArray(),
            minted = suspects.Select(static suspect => suspect.Minted).ToArray(),
            areCut = suspects.Select(static suspect => suspect.IsCut).ToArray(),
            first = suspects.Min(static suspect => suspect.FirstSeenAt),
            last = suspects.Max(static suspect => suspect.LastSeenAt),
            rawBegins,
            named = RangesNamed,
            grace,
        };
        return (await analytics.QueryAsync<SequenceFindings>(Command(Look, parameters, cancellationToken)))
            .ToDictionary(static findings => findings.Source, StringComparer.Ordinal);
    }

    private static CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, commandTimeout: 0, cancellationToken: cancellationToken);
}
