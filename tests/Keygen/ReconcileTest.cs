using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>Usage of November 2026 as the usage-processor stores it.</summary>
public abstract class ReconcileTest(TestServers servers) : KeygenTest(servers)
{
    internal static readonly string[] Period = ["--from", "2026-11-01", "--to", "2026-12-01"];

    // The days of these tests grow older than raw rows are kept.
    protected override Task PrepareAsync() => ExecuteAsync("UPDATE usage_retention SET kept_for = NULL");

    internal Task<KeygenResult> ReconcileAsync(params string[] more) => RunAsync(["reconcile", .. Period, .. more]);

    /// <summary>As the usage-processor does: rows, ledger and source in one.</summary>
    internal Task StoreAsync(string source, long first, long last, string time = "2026-11-10T12:00Z", string age = "1 hour") => ExecuteAsync($"""
        WITH event AS (
            INSERT INTO usage_events (
                event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status,
                outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes, recorded_at)
            SELECT gen_random_uuid(), '{time}', '{source}', sequence, '{Organization}', '{Guid.Empty}', gen_random_uuid(), 'default', 'GET', '/', 200,
                   'forwarded', true, 2, 10, 5, 3, 7, now() - interval '{age}'
            FROM generate_series({first}, {last}) AS sequence
            RETURNING *
        ), counted AS (
            INSERT INTO usage_ledger (
                organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
            SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC'), count(*), count(*), sum(units), sum(request_bytes), sum(response_bytes)
            FROM event GROUP BY 1, 2, 3, 4
            ON CONFLICT (organization_id, api_key_id, route, hour) DO UPDATE SET
                requests = usage_ledger.requests + excluded.requests,
                billable_requests = usage_ledger.billable_requests + excluded.billable_requests,
                billable_units = usage_ledger.billable_units + excluded.billable_units,
                request_bytes = usage_ledger.request_bytes + excluded.request_bytes,
                response_bytes = usage_ledger.response_bytes + excluded.response_bytes
        )
        INSERT INTO usage_sources (source, first_seen_at, last_seen_at, highest_sequence, stored, sequence_sum)
        SELECT source, min(occurred_at), max(occurred_at), max(sequence), count(*), sum(sequence) FROM event GROUP BY source
        ON CONFLICT (source) DO UPDATE SET
            last_seen_at = greatest(usage_sources.last_seen_at, excluded.last_seen_at),
            highest_sequence = greatest(usage_sources.highest_sequence, excluded.highest_sequence),
            stored = usage_sources.stored + excluded.stored,
            sequence_sum = usage_sources.sequence_sum + excluded.sequence_sum
        """);

    internal Task AnnounceAsync(string source, long lastSequence, string since, bool ended = false, string pending = "", string unanswered = "") => ExecuteAsync($$"""
        UPDATE usage_sources
        SET announced_sequence = {{lastSequence}}, announced_at = {{since}}, announced_since = {{since}}, ended_at = {{(ended ? since : "NULL")}},
            pending = '{ {{pending}} }', unanswered = '{ {{unanswered}} }'
        WHERE source = '{{source}}'
        """);

    internal Task RefuseAsync(string source, long sequence, int offset = 0, string reason = "refused") => ExecuteAsync($"""
        INSERT INTO dead_letters (topic, partition, message_offset, reason, source, sequence, recorded_at)
        VALUES ('usage-events', 0, {(offset == 0 ? sequence : offset)}, '{reason}', '{source}', {sequence}, '2026-11-10T12:00Z')
        """);
}
