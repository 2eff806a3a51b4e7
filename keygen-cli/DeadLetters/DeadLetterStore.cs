using Dapper;
using Gateway.Contracts.DeadLetters;
using Gateway.Keygen.Commands;
using Npgsql;

namespace Gateway.Keygen.DeadLetters;

/// <summary>The table <c>dead_letters</c>, which only the usage-processor writes.</summary>
internal sealed class DeadLetterStore(NpgsqlConnection analytics)
{
    private const string Columns = """
        topic, partition, message_offset AS "offset", recorded_at, reason, source, sequence,
        octet_length(message_value)::bigint AS bytes, replayed_at, refused_again::bigint AS refused_again, refused_again_at
        """;

    private const string Selected = """
        FROM dead_letters
        WHERE (@from::timestamptz IS NULL OR recorded_at >= @from)
            AND (@to::timestamptz IS NULL OR recorded_at < @to)
            AND (@reason::text IS NULL OR position(lower(@reason) IN lower(reason)) > 0)
            AND (@includeReplayed OR replayed_at IS NULL)
        ORDER BY recorded_at, topic, partition, message_offset
        LIMIT @limit
        """;

    /// <summary>The oldest first.</summary>
    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterSelection selection) =>
        analytics.QueryUnbufferedAsync<DeadLetter>($"SELECT {Columns} {Selected}", Parameters(selection));

    /// <summary>Where they were, the oldest first.</summary>
    public async Task<IReadOnlyList<DeadLetterId>> SelectAsync(DeadLetterSelection selection, CancellationToken cancellationToken) =>
        (await analytics.QueryAsync<DeadLetterId>(
            new CommandDefinition($"SELECT topic, partition, message_offset AS \"offset\" {Selected}", Parameters(selection), cancellationToken: cancellationToken))).AsList();

    /// <summary>With their bytes, in the order of the ids.</summary>
    /// <exception cref="CommandException">One does not exist.</exception>
    public async Task<IReadOnlyList<DeadLetterContent>> GetAsync(IReadOnlyList<DeadLetterId> ids, CancellationToken cancellationToken)
    {
        var found = (await analytics.QueryAsync<DeadLetterContent>(new CommandDefinition(
            $"""
            SELECT {Columns}, message_key AS key, message_value AS value
            FROM dead_letters
            JOIN unnest(@topics, @partitions, @offsets) WITH ORDINALITY AS wanted (topic, partition, message_offset, number)
                USING (topic, partition, message_offset)
            ORDER BY wanted.number
            """,
            Places(ids),
            cancellationToken: cancellationToken))).AsList();
        return found.Count == ids.Count ? found : throw NotFound(ids, found.Select(static letter => letter.Id));
    }

    /// <summary>Fails where one of them does not exist.</summary>
    /// <exception cref="CommandException">One does not exist.</exception>
    public async Task CheckAsync(IReadOnlyList<DeadLetterId> ids, CancellationToken cancellationToken)
    {
        var found = (await analytics.QueryAsync<DeadLetterId>(new CommandDefinition(
            """
            SELECT topic, partition, message_offset AS "offset"
            FROM dead_letters
            JOIN unnest(@topics, @partitions, @offsets) AS wanted (topic, partition, message_offset) USING (topic, partition, message_offset)
            """,
            Places(ids),
            cancellationToken: cancellationToken))).AsList();
        if (found.Count != ids.Count)
        {
            throw NotFound(ids, found.Select(static id => id.ToString()));
        }
    }

    private static CommandException NotFound(IReadOnlyList<DeadLetterId> ids, IEnumerable<string> found)
    {
        var missing = ids.Select(static id => id.ToString()).Except(found, StringComparer.Ordinal);
        return new CommandException(ExitCode.NotFound, $"no such dead letter: {string.Join(", ", missing)}; see keygen dead-letters list --all");
    }

    private static object Parameters(DeadLetterSelection selection) => new
    {
        from = selection.From?.UtcDateTime,
        to = selection.To?.UtcDateTime,
        reason = selection.Reason,
        includeReplayed = selection.IncludeReplayed,
        limit = selection.Limit,
    };

    private static object Places(IReadOnlyList<DeadLetterId> ids) => new
    {
        topics = ids.Select(static id => id.Topic).ToArray(),
        partitions = ids.Select(static id => id.Partition).ToArray(),
        offsets = ids.Select(static id => id.Offset).ToArray(),
    };
}
