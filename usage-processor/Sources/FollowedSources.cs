using Npgsql;
using NpgsqlTypes;

namespace Gateway.UsageProcessor.Sources;

/// <summary>The table <c>usage_sources</c>: how far each source's sequence has arrived.</summary>
internal static class FollowedSources
{
    /// <summary>A heartbeat from later than this is from a clock that is wrong: it is taken for one of now, or none after it would count.</summary>
    private const string LatestTime = "now() + interval '5 minutes'";

    /// <summary>Null where an older version believed such a clock: whatever comes next is newer.</summary>
    private const string KnownTime = $"CASE WHEN known.announced_at <= {LatestTime} THEN known.announced_at END";

    /// <summary>A source that has ended has nothing under way, whatever of it comes later: whoever told of its end has another clock.</summary>
    private const string PendingNow = $$"""
        CASE
            WHEN known.ended_at IS NOT NULL OR excluded.ended_at IS NOT NULL THEN '{}'
            WHEN excluded.announced_at > coalesce({{KnownTime}}, '-infinity') THEN excluded.pending
            ELSE known.pending
        END
        """;

    /// <summary>Whether the news take something off the list. Not asked of batches without heartbeats: nearly all are.</summary>
    private const string Releases = $"(excluded.announced_at IS NOT NULL AND NOT isempty(known.pending - {PendingNow}))";

    /// <summary>
    /// Adds what a transaction has stored. To be its last statement: gateways spread their events over all partitions, so
    /// all processors meet on these rows, and wait for each other from here to the commit. In the order of the sources, so
    /// that they never deadlock. Heartbeats that come late or again change nothing: what is pending is what the newest says.
    /// </summary>
    private const string Follow = $$"""
        INSERT INTO usage_sources AS known (
            source, first_seen_at, last_seen_at, highest_sequence, stored, sequence_sum, duplicates,
            announced_sequence, announced_at, announced_since, ended_at, pending, unanswered)
        SELECT source, first_at, last_at, highest, stored, sequence_sum, copies,
               announced, CASE WHEN announced_at > {{LatestTime}} THEN now() ELSE announced_at END, CASE WHEN announced IS NOT NULL THEN now() END, ended_at,
               CASE WHEN ended_at IS NULL THEN pending::int8multirange ELSE '{}' END, unanswered::int8multirange
        FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::numeric[], $7::bigint[],
                    $8::bigint[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[])
            AS news (source, first_at, last_at, highest, stored, sequence_sum, copies, announced, announced_at, ended_at, pending, unanswered)
        ORDER BY source
        ON CONFLICT (source) DO UPDATE SET
            first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
            last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
            highest_sequence = greatest(known.highest_sequence, excluded.highest_sequence),
            stored = known.stored + excluded.stored,
            sequence_sum = known.sequence_sum + excluded.sequence_sum,
            duplicates = known.duplicates + excluded.duplicates,
            announced_sequence = greatest(known.announced_sequence, excluded.announced_sequence),
            announced_at = coalesce(greatest({{KnownTime}}, excluded.announced_at), known.announced_at),
            announced_since = CASE
                WHEN excluded.announced_sequence <= known.announced_sequence THEN known.announced_since
                ELSE coalesce(excluded.announced_since, known.announced_since) END,
            ended_at = greatest(known.ended_at, excluded.ended_at),
            pending = {{PendingNow}},
            released = CASE WHEN {{Releases}} THEN known.pending - {{PendingNow}} ELSE known.released END,
            released_at = CASE WHEN {{Releases}} THEN now() ELSE known.released_at END,
            unanswered = CASE WHEN isempty(excluded.unanswered) THEN known.unanswered ELSE known.unanswered + excluded.unanswered END
        """;

    /// <param name="connection">With the transaction.</param>
    /// <param name="news">What the batch tells of its sources.</param>
    /// <param name="stored">What of it was new, by source. The rest are copies.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task FollowAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<SourceNews> news,
        IReadOnlyDictionary<string, StoredOfSource> stored,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Follow, connection)
        {
            Parameters =
            {
                Array(NpgsqlDbType.Text, source => source.Source),
                Array(NpgsqlDbType.TimestampTz, source => source.FirstAt),
                Array(NpgsqlDbType.TimestampTz, source => source.LastAt),
                Array(NpgsqlDbType.Bigint, source => source.HighestSequence),
                Array(NpgsqlDbType.Bigint, source => StoredOf(source).Rows),
                Array(NpgsqlDbType.Numeric, source => StoredOf(source).SequenceSum),
                Array(NpgsqlDbType.Bigint, source => source.Events - StoredOf(source).Rows),
                Array(NpgsqlDbType.Bigint, source => source.AnnouncedSequence),
                Array(NpgsqlDbType.TimestampTz, source => source.AnnouncedAt),
                Array(NpgsqlDbType.TimestampTz, source => source.EndedAt),
                Array(NpgsqlDbType.Text, source => SequenceRanges.Text(source.Pending)),
                Array(NpgsqlDbType.Text, source => SequenceRanges.Text(source.Unanswered)),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);

        StoredOfSource StoredOf(SourceNews source) => stored.GetValueOrDefault(source.Source);

        NpgsqlParameter Array<T>(NpgsqlDbType element, Func<SourceNews, T> value) =>
            new() { Value = news.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | element };
    }
}
