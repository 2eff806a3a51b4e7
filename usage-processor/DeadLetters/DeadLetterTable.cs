using Gateway.UsageProcessor.Consuming;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.UsageProcessor.DeadLetters;

/// <summary>
/// The table <c>dead_letters</c>. A message that says that it is a dead letter sent again changes the letter's row only if it has
/// the same bytes: then that is true, whoever sent it.
/// </summary>
internal static class DeadLetterTable
{
    /// <summary>
    /// A letter that is refused again gets its newest reason instead of a second row. A conflict means that the same message is
    /// there already, written for another consumer group.
    /// Parameters: topic, partitions, offsets, reasons, keys, values, sources, sequences, and where known letters were.
    /// </summary>
    private const string Insert = """
        WITH letter AS (
            SELECT *
            FROM unnest($2::integer[], $3::bigint[], $4::text[], $5::bytea[], $6::bytea[], $7::text[], $8::bigint[], $9::integer[], $10::bigint[])
                AS letter (partition, message_offset, reason, message_key, message_value, source, sequence, known_partition, known_offset)
        ), again AS (
            SELECT letter.partition, letter.message_offset, letter.reason, letter.known_partition, letter.known_offset
            FROM letter
            JOIN dead_letters AS known ON known.partition = letter.known_partition AND known.message_offset = letter.known_offset
            WHERE known.topic = $1
                AND known.message_key IS NOT DISTINCT FROM letter.message_key
                AND known.message_value IS NOT DISTINCT FROM letter.message_value
            ORDER BY known.partition, known.message_offset
            FOR UPDATE OF known
        ), counted AS (
            UPDATE dead_letters AS known
            SET reason = again.reason, refused_again = known.refused_again + 1, refused_again_at = now()
            FROM again
            WHERE known.topic = $1 AND known.partition = again.known_partition AND known.message_offset = again.known_offset
                AND known.replayed_at IS NULL
        )
        INSERT INTO dead_letters (topic, partition, message_offset, reason, message_key, message_value, source, sequence)
        SELECT $1, partition, message_offset, reason, message_key, message_value, source, sequence
        FROM letter
        WHERE NOT EXISTS (SELECT FROM again WHERE again.partition = letter.partition AND again.message_offset = letter.message_offset)
        ORDER BY partition, message_offset
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Parameters: topic, where known letters were, keys, values.</summary>
    private const string Mark = """
        WITH held AS (
            SELECT known.partition, known.message_offset
            FROM dead_letters AS known
            JOIN unnest($2::integer[], $3::bigint[], $4::bytea[], $5::bytea[]) AS stored (partition, message_offset, message_key, message_value)
                ON known.partition = stored.partition AND known.message_offset = stored.message_offset
            WHERE known.topic = $1 AND known.replayed_at IS NULL
                AND known.message_key IS NOT DISTINCT FROM stored.message_key
                AND known.message_value IS NOT DISTINCT FROM stored.message_value
            ORDER BY known.partition, known.message_offset
            FOR UPDATE OF known
        )
        UPDATE dead_letters AS known
        SET replayed_at = now()
        FROM held
        WHERE known.topic = $1 AND known.partition = held.partition AND known.message_offset = held.message_offset
        """;

    /// <summary>Stores letters, and notes which known ones were refused again.</summary>
    public static async Task InsertAsync(
        NpgsqlConnection connection, string topic, IReadOnlyList<ReceivedMessage> letters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Insert, connection)
        {
            Parameters =
            {
                new() { Value = topic },
                Array(letters, NpgsqlDbType.Integer, static letter => letter.Partition),
                Array(letters, NpgsqlDbType.Bigint, static letter => letter.Offset),
                Array(letters, NpgsqlDbType.Text, static letter => letter.DeadReason!),
                Array(letters, NpgsqlDbType.Bytea, static letter => letter.Key),
                Array(letters, NpgsqlDbType.Bytea, static letter => letter.Value),
                Array(letters, NpgsqlDbType.Text, static letter => letter.DeadOrigin?.Source),
                Array(letters, NpgsqlDbType.Bigint, static letter => letter.DeadOrigin?.Sequence),
                Array(letters, NpgsqlDbType.Integer, static letter => letter.ReplayOf?.Partition),
                Array(letters, NpgsqlDbType.Bigint, static letter => letter.ReplayOf?.Offset),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Notes that these messages, which are dead letters sent again, are stored now.</summary>
    public static async Task MarkReplayedAsync(
        NpgsqlConnection connection, string topic, IReadOnlyList<ReceivedMessage> replays, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Mark, connection)
        {
            Parameters =
            {
                new() { Value = topic },
                Array(replays, NpgsqlDbType.Integer, static replay => replay.ReplayOf!.Value.Partition),
                Array(replays, NpgsqlDbType.Bigint, static replay => replay.ReplayOf!.Value.Offset),
                Array(replays, NpgsqlDbType.Bytea, static replay => replay.Key),
                Array(replays, NpgsqlDbType.Bytea, static replay => replay.Value),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter Array<T>(IReadOnlyList<ReceivedMessage> messages, NpgsqlDbType element, Func<ReceivedMessage, T> value) =>
        new() { Value = messages.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | element };
}
