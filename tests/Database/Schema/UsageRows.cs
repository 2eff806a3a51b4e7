using Gateway.Database.Tests.Databases;

namespace Gateway.Database.Tests.Schema;

/// <summary>Usage as the processor stores it: each event raw and in the ledger, in one transaction.</summary>
internal static class UsageRows
{
    public const string Organization = "00000000-0000-0000-0000-00000000000a";
    public const string ApiKey = "00000000-0000-0000-0000-00000000000b";

    private const string Sql =
        """
        WITH event AS (
            INSERT INTO usage_events (
                event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status,
                outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes)
            SELECT gen_random_uuid(), occurred_at, 'gateway/test', 1, @organization, @key, gen_random_uuid(), 'default', 'GET', '/', 200,
                   'forwarded', @billable, 2, 10, 5, 3, 7
            FROM unnest(@times) AS occurred_at
            ON CONFLICT DO NOTHING
            RETURNING *)
        INSERT INTO usage_ledger (
            organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
        SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC'), count(*),
               count(*) FILTER (WHERE billable), coalesce(sum(units) FILTER (WHERE billable), 0), sum(request_bytes), sum(response_bytes)
        FROM event GROUP BY 1, 2, 3, 4
        ON CONFLICT (organization_id, api_key_id, route, hour) DO UPDATE SET
            requests = usage_ledger.requests + excluded.requests,
            billable_requests = usage_ledger.billable_requests + excluded.billable_requests,
            billable_units = usage_ledger.billable_units + excluded.billable_units,
            request_bytes = usage_ledger.request_bytes + excluded.request_bytes,
            response_bytes = usage_ledger.response_bytes + excluded.response_bytes
        """;

    public static Task AddAsync(TestDatabase database, bool billable, params DateTime[] times) => database.ExecuteAsync(
        Sql, new { organization = Guid.Parse(Organization), key = Guid.Parse(ApiKey), billable, times });
}
