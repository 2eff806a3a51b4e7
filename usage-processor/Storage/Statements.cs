namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// The SQL of a batch. Locks are taken in one global order (offsets by partition, events by key, ledger by key, sources by
/// name), so that processors that meet on the same rows wait for each other and never deadlock.
/// </summary>
internal static class Statements
{
    /// <summary>
    /// Once a connection. A processor that freezes in mid-transaction must not hold its locks for ever, so PostgreSQL ends
    /// its session after a while; its batch is then stored by whoever has its partitions.
    /// </summary>
    public const string PrepareConnection = """
        SET idle_in_transaction_session_timeout = '60s';
        CREATE TEMPORARY TABLE staged_usage_events (LIKE usage_events INCLUDING DEFAULTS) ON COMMIT DELETE ROWS
        """;

    /// <summary>Rows come here first: COPY knows no ON CONFLICT.</summary>
    public const string CopyEvents = $"COPY staged_usage_events ({EventColumns}) FROM STDIN (FORMAT binary)";

    /// <summary>
    /// Stores what is not there yet and adds exactly that to the ledger, in one statement: what the primary key refuses
    /// is not returned and so never counted. Hours are UTC's. Answers by source the number of rows stored, and what their
    /// sequences add up to.
    /// </summary>
    public const string InsertEvents = $"""
        WITH inserted AS (
            INSERT INTO usage_events ({EventColumns})
            SELECT {EventColumns} FROM staged_usage_events
            ORDER BY event_id, occurred_at
            ON CONFLICT DO NOTHING
            RETURNING source, sequence, organization_id, api_key_id, route, occurred_at, billable, units, request_bytes, response_bytes
        ), counted AS (
            INSERT INTO usage_ledger AS ledger (
                organization_id, api_key_id, route, hour,
                requests, billable_requests, billable_units, request_bytes, response_bytes)
            SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC') AS hour,
                   count(*), count(*) FILTER (WHERE billable), coalesce(sum(units) FILTER (WHERE billable), 0),
                   sum(request_bytes), sum(response_bytes)
            FROM inserted
            GROUP BY organization_id, api_key_id, route, hour
            ORDER BY organization_id, api_key_id, route, hour
            ON CONFLICT (organization_id, api_key_id, route, hour) DO UPDATE SET
                requests = ledger.requests + excluded.requests,
                billable_requests = ledger.billable_requests + excluded.billable_requests,
                billable_units = ledger.billable_units + excluded.billable_units,
                request_bytes = ledger.request_bytes + excluded.request_bytes,
                response_bytes = ledger.response_bytes + excluded.response_bytes,
                updated_at = now()
        )
        SELECT source, count(*), sum(sequence) FROM inserted GROUP BY source
        """;

    /// <summary>Empties the staging table in mid-transaction.</summary>
    public const string ClearStaging = "TRUNCATE staged_usage_events";

    /// <summary>
    /// Answers where each partition goes on. A partition that nobody has stored yet gets a row at 0, so that there is
    /// always a row to lock and compare.
    /// Parameters: group, topic, partitions.
    /// </summary>
    public const string ReadOffsets = """
        WITH missing AS (
            INSERT INTO consumer_offsets (consumer_group, topic, partition, next_offset)
            SELECT $1, $2, partition, 0 FROM unnest($3::integer[]) AS partition
            ORDER BY partition
            ON CONFLICT DO NOTHING
            RETURNING partition, next_offset
        )
        SELECT partition, next_offset FROM missing
        UNION ALL
        SELECT partition, next_offset FROM consumer_offsets
        WHERE consumer_group = $1 AND topic = $2 AND partition = ANY ($3)
        """;

    /// <summary>
    /// The fence: advances the partitions whose row still says what was expected, after waiting for any transaction that
    /// is changing it. Fewer rows than partitions mean that another processor was here.
    /// Parameters: group, topic, partitions, expected offsets, next offsets.
    /// </summary>
    public const string AdvanceOffsets = """
        WITH held AS (
            SELECT stored.partition, advance.next_offset
            FROM consumer_offsets AS stored
            JOIN unnest($3::integer[], $4::bigint[], $5::bigint[]) AS advance (partition, expected_offset, next_offset)
                ON advance.partition = stored.partition
            WHERE stored.consumer_group = $1 AND stored.topic = $2 AND stored.next_offset = advance.expected_offset
            ORDER BY stored.partition
            FOR UPDATE OF stored
        )
        UPDATE consumer_offsets AS stored
        SET next_offset = held.next_offset, updated_at = now()
        FROM held
        WHERE stored.consumer_group = $1 AND stored.topic = $2 AND stored.partition = held.partition
        """;

    /// <summary>
    /// A conflict means that the same message is there already, written for another consumer group.
    /// Parameters: topic, partitions, offsets, reasons, keys, values, sources, sequences.
    /// </summary>
    public const string InsertDeadLetters = """
        INSERT INTO dead_letters (topic, partition, message_offset, reason, message_key, message_value, source, sequence)
        SELECT $1, letter.*
        FROM unnest($2::integer[], $3::bigint[], $4::text[], $5::bytea[], $6::bytea[], $7::text[], $8::bigint[])
            AS letter (partition, message_offset, reason, message_key, message_value, source, sequence)
        ORDER BY partition, message_offset
        ON CONFLICT DO NOTHING
        """;

    /// <summary>What a row is made of when it is copied; all but when it was recorded.</summary>
    public const string EventColumns = """
        event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status,
        outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes
        """;
}
