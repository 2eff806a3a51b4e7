namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// The SQL of a batch. Locks are taken in one global order (raw rows against dropping, offsets by partition, events by key,
/// ledger and late usage by key, dead letters by place, sources by name), so that processors that meet on the same rows wait for
/// each other and never deadlock. Only the search for events that are refused stores a batch in parts and may; PostgreSQL then
/// ends one of the two, which tries again.
/// </summary>
internal static class Statements
{
    /// <summary>
    /// Once a connection. A processor that freezes in mid-transaction must not hold its locks for ever, so PostgreSQL ends
    /// its session after a while; its batch is then stored by whoever has its partitions. Nor may one that was frozen while
    /// a statement runs, when it cannot cancel it: so the server does, a little later than we would.
    /// </summary>
    public static string PrepareConnection(TimeSpan commandTimeout) => $"""
        SET idle_in_transaction_session_timeout = '60s';
        SET statement_timeout = {(long)(commandTimeout + TimeSpan.FromSeconds(5)).TotalMilliseconds};
        CREATE TEMPORARY TABLE staged_usage_events (LIKE usage_events INCLUDING DEFAULTS) ON COMMIT DELETE ROWS
        """;

    /// <summary>Rows come here first: COPY knows no ON CONFLICT.</summary>
    public const string CopyEvents = $"COPY staged_usage_events ({EventColumns}) FROM STDIN (FORMAT binary)";

    /// <summary>
    /// Answers from when on raw rows are kept. Until the transaction ends, none is dropped that was kept when this was asked:
    /// what it stores at or after that time is compared with all that was ever stored of that time.
    /// </summary>
    public const string HoldRawUsage = "SELECT hold_raw_usage()";

    /// <summary>
    /// Stores what is not there yet and adds exactly that to the ledger, in one statement: what the primary key refuses
    /// is not returned and so never counted. Where it refuses nothing, the totals of the parameters are what is added; else they
    /// say too much, and what was stored is totalled here. Hours are UTC's. It is recorded when this statement begins, the same
    /// moment for rows and late usage; the transaction's own time (<c>now()</c>) may be as much earlier as the rows took to get here.
    /// Answers by source the number of rows stored, and what their sequences add up to.
    /// Parameters: how many rows are staged; their totals: organizations, keys, routes, hours, requests, billable requests,
    /// billable units, request bytes, response bytes.
    /// </summary>
    public const string InsertEvents = $"""
        WITH inserted AS (
            INSERT INTO usage_events ({EventColumns}, recorded_at)
            SELECT {EventColumns}, statement_timestamp() FROM staged_usage_events
            ORDER BY event_id, occurred_at
            ON CONFLICT DO NOTHING
            RETURNING event_id, occurred_at, source, sequence
        ), totals AS (
            SELECT organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes
            FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[], $8::numeric[], $9::numeric[], $10::numeric[])
                AS total (
                    organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
            WHERE (SELECT count(*) FROM inserted) = $1
            UNION ALL
            SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC'),
                   count(*), count(*) FILTER (WHERE billable), coalesce(sum(units) FILTER (WHERE billable), 0),
                   sum(request_bytes), sum(response_bytes)
            FROM inserted JOIN staged_usage_events USING (event_id, occurred_at)
            WHERE (SELECT count(*) FROM inserted) <> $1
            GROUP BY 1, 2, 3, 4
        ), late AS (
            INSERT INTO usage_late AS late (
                organization_id, api_key_id, route, hour, recorded_hour,
                requests, billable_requests, billable_units, request_bytes, response_bytes)
            SELECT organization_id, api_key_id, route, hour, date_trunc('hour', statement_timestamp(), 'UTC'),
                   requests, billable_requests, billable_units, request_bytes, response_bytes
            FROM totals
            WHERE hour < date_trunc('hour', statement_timestamp(), 'UTC') - interval '1 hour'
            ORDER BY organization_id, hour, api_key_id, route
            ON CONFLICT (organization_id, hour, recorded_hour, api_key_id, route) DO UPDATE SET
                requests = late.requests + excluded.requests,
                billable_requests = late.billable_requests + excluded.billable_requests,
                billable_units = late.billable_units + excluded.billable_units,
                request_bytes = late.request_bytes + excluded.request_bytes,
                response_bytes = late.response_bytes + excluded.response_bytes
        ), counted AS (
            INSERT INTO usage_ledger AS ledger (
                organization_id, api_key_id, route, hour,
                requests, billable_requests, billable_units, request_bytes, response_bytes)
            SELECT organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes
            FROM totals
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
    /// always a row to lock and compare. A fingerprint holds for the offset that it was written with.
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
        SELECT partition, next_offset, NULL::bigint, true FROM missing
        UNION ALL
        SELECT partition, next_offset, CASE WHEN fingerprint_offset = next_offset - 1 THEN fingerprint END,
               next_offset = 0 AND fingerprint_offset IS NULL
        FROM consumer_offsets
        WHERE consumer_group = $1 AND topic = $2 AND partition = ANY ($3)
        """;

    /// <summary>
    /// The fence: advances the partitions whose row still says what was expected, after waiting for any transaction that
    /// is changing it. Fewer rows than partitions mean that another processor was here.
    /// Parameters: group, topic, partitions, expected offsets, next offsets, fingerprints.
    /// </summary>
    public const string AdvanceOffsets = """
        WITH held AS (
            SELECT stored.partition, advance.next_offset, advance.fingerprint
            FROM consumer_offsets AS stored
            JOIN unnest($3::integer[], $4::bigint[], $5::bigint[], $6::bigint[])
                AS advance (partition, expected_offset, next_offset, fingerprint)
                ON advance.partition = stored.partition
            WHERE stored.consumer_group = $1 AND stored.topic = $2 AND stored.next_offset = advance.expected_offset
            ORDER BY stored.partition
            FOR UPDATE OF stored
        )
        UPDATE consumer_offsets AS stored
        SET next_offset = held.next_offset, fingerprint = held.fingerprint, fingerprint_offset = held.next_offset - 1, updated_at = now()
        FROM held
        WHERE stored.consumer_group = $1 AND stored.topic = $2 AND stored.partition = held.partition
        """;

    /// <summary>What a row is made of when it is copied; all but when it was recorded.</summary>
    public const string EventColumns = """
        event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status,
        outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes
        """;
}
