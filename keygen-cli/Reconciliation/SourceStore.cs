using Dapper;
using Gateway.Contracts.Usage;
using Npgsql;

namespace Gateway.Keygen.Reconciliation;

/// <summary>
/// What has arrived of each source. The counts in <c>usage_sources</c> say whether anything is missing; only where they leave
/// a doubt are the source's rows read, which say what. A source of which something is pending or unanswered always is in doubt:
/// whether what its heartbeats say is true of each sequence, no count can tell.
/// </summary>
internal sealed class SourceStore(NpgsqlConnection analytics, TimeSpan grace)
{
    /// <summary>Ranges of what is missing that are named.</summary>
    internal const int RangesNamed = 5;

    private const string Read =
        """
        WITH letters AS (
            SELECT source, count(DISTINCT sequence) AS dead_lettered,
                   count(DISTINCT sequence) FILTER (WHERE starts_with(reason, @tooOld)) AS too_old, min(recorded_at) AS first_at, max(recorded_at) AS last_at
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
               coalesce(too_old, 0) AS too_old,
               coalesce(first_seen_at < @rawBegins, false) AS is_cut,
               CASE WHEN (SELECT count(*) FROM unnest(pending)) >= @maximumRanges
                   THEN (SELECT max(lower(range)) FROM unnest(pending) AS range) END AS named_up_to
        FROM known
        FULL JOIN letters USING (source)
        WHERE coalesce(least(first_seen_at, announced_at), first_at) < @to
            AND coalesce(greatest(last_seen_at, announced_at), last_at) >= @from
        ORDER BY coalesce(least(first_seen_at, announced_at), first_at), source
        """;

    /// <summary>
    /// What is neither stored nor a dead letter. A hole is still open while the row behind it is younger than the grace: what
    /// is in it was minted before that row. A tail is, while the heartbeat that told of it is. What a running source says is
    /// pending is open however old it is, and what has just been taken off that list is on its way. Where retention has dropped
    /// a source's first rows, holes are looked for from the oldest that is left: a dead letter from before it (an event that came
    /// too late, say) has no neighbours any more, and of what the heartbeats say of that time nobody can see whether it is true.
    /// </summary>
    /// <remarks>
    /// Holes are put together in blocks of a million sequences, so that ten thousand that are pending are not gone through for
    /// each of as many holes, and no block is more than PostgreSQL can hold. A range ends with the number behind it, so there
    /// is none up to the highest bigint of all.
    /// </remarks>
    private const string Look =
        """
        WITH suspects AS (
            SELECT source, least(minted, 9223372036854775806) AS minted, is_cut, is_running
            FROM unnest(@sources, @minted, @areCut, @areRunning) AS suspect (source, minted, is_cut, is_running)
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
            SELECT source, min(sequence) AS lowest, max(sequence) AS highest, sum(rows - 1) FILTER (WHERE rows > 1) AS doubled
            FROM present
            GROUP BY source
        ), gaps AS (
            SELECT source, int8range(previous + 1, sequence) AS gap, recorded_at > now() - @grace AS is_open
            FROM neighbours
            WHERE sequence > previous + 1
            UNION ALL
            SELECT source, int8range(coalesce(highest, 0) + 1, minted + 1), coalesce(announced_since > now() - @grace, false)
            FROM suspects
            JOIN usage_sources USING (source)
            LEFT JOIN ends USING (source)
            WHERE minted > coalesce(highest, 0) AND NOT (is_cut AND highest IS NULL)
        ), holes AS (
            SELECT source, is_open, range_agg(gap) AS absent FROM gaps GROUP BY source, is_open, lower(gap) / 1000000
        ), claims AS (
            SELECT source, unanswered,
                   CASE WHEN is_running THEN pending ELSE '{}' END
                       + CASE WHEN released_at > now() - @grace THEN released ELSE '{}' END - unanswered AS pending,
                   int8multirange(int8range(1, CASE WHEN is_cut THEN coalesce(lowest, minted + 1) ELSE 1 END)) AS dropped
            FROM suspects
            JOIN usage_sources USING (source)
            LEFT JOIN ends USING (source)
        ), parts AS (
            SELECT source, unnest(absent * unanswered) AS part, 'unanswered' AS kind FROM holes JOIN claims USING (source)
            UNION ALL
            SELECT source, unnest(CASE WHEN is_open THEN absent - unanswered ELSE absent * pending END), 'open'
            FROM holes JOIN claims USING (source)
            UNION ALL
            SELECT source, unnest(absent - unanswered - pending), 'missing' FROM holes JOIN claims USING (source) WHERE NOT is_open
            UNION ALL
            SELECT source, unnest(dropped * unanswered), 'dropped unanswered' FROM claims
            UNION ALL
            SELECT source, unnest(dropped * pending), 'dropped pending' FROM claims
        ), numbered AS (
            SELECT source, kind, lower(part) AS first, upper(part) - 1 AS last,
                   row_number() OVER (PARTITION BY source, kind ORDER BY part) AS number
            FROM parts
        ), summed AS (
            SELECT source,
                   sum(last - first + 1) FILTER (WHERE kind = 'open') AS open,
                   sum(last - first + 1) FILTER (WHERE kind = 'unanswered') AS unanswered,
                   sum(last - first + 1) FILTER (WHERE kind = 'dropped unanswered') AS dropped_unanswered,
                   sum(last - first + 1) FILTER (WHERE kind = 'dropped pending') AS dropped_pending,
                   sum(last - first + 1) FILTER (WHERE kind = 'missing') AS missing,
                   count(*) FILTER (WHERE kind = 'missing') AS ranges,
                   array_agg(first ORDER BY first) FILTER (WHERE kind = 'missing' AND number <= @named) AS firsts,
                   array_agg(last ORDER BY first) FILTER (WHERE kind = 'missing' AND number <= @named) AS lasts
            FROM numbered
            GROUP BY source
        )
        SELECT source, coalesce(open, 0)::bigint AS open, coalesce(unanswered, 0)::bigint AS unanswered,
               coalesce(dropped_unanswered, 0)::bigint AS dropped_unanswered, coalesce(dropped_pending, 0)::bigint AS dropped_pending,
               coalesce(missing, 0)::bigint AS missing, coalesce(ranges, 0) AS ranges,
               coalesce(firsts, '{}') AS firsts, coalesce(lasts, '{}') AS lasts, coalesce(doubled, 0)::bigint AS doubled
        FROM suspects
        LEFT JOIN summed USING (source)
        LEFT JOIN ends USING (source)
        """;

    /// <summary>Every source that had an event, a heartbeat or a dead letter in the period, the oldest first.</summary>
    public async Task<IReadOnlyList<SourceRow>> ReadAsync(DateTime from, DateTime to, DateTime rawBegins, CancellationToken cancellationToken) =>
        (await analytics.QueryAsync<SourceRow>(Command(Read, new { from, to, rawBegins, grace, tooOld = DeadLetterReasons.TooOld, maximumRanges = UsageHeartbeat.MaximumRanges }, cancellationToken))).AsList();

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
            areRunning = suspects.Select(static suspect => SourceState.Of(suspect) == SourceState.Running).ToArray(),
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
