using System.Diagnostics;
using Gateway.UsageProcessor.Storage;

namespace Gateway.LoadTests.Ingest;

/// <summary>A database with what 90 days have left: rows spread evenly over them, and their totals in the ledger.</summary>
internal static class PresentRows
{
    private const int RowsOfStatement = 1_000_000;
    private const int Days = 90;

    // As IngestEvents mints them. The id is a UUID of version 7: 48 bits of milliseconds, then what the row's number makes of
    // the rest. They end a day before now: what is measured comes after them, as new events do.
    private static string Fill(int rows) => $$"""
        INSERT INTO usage_events ({{Statements.EventColumns}})
        SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid,
               at, 'gateway/present-' || number % {{IngestEvents.Sources}}, number / {{IngestEvents.Sources}} + 1,
               ('00000001-0000-0000-0000-' || lpad(to_hex(number % {{IngestEvents.Organizations}}), 12, '0'))::uuid,
               ('00000002-0000-0000-0000-' || lpad(to_hex(number % {{IngestEvents.Organizations * IngestEvents.KeysOfOrganization}}), 12, '0'))::uuid,
               hash::uuid, (ARRAY['default', 'search', 'upload'])[1 + number % 3], 'GET', '/v1/things/' || number % 1000000, 200, 'forwarded',
               true, 1, 500 + number % 20000, 400 + number % 20000, number % 2000, number % 20000
        FROM (
            SELECT number, md5(number::text) AS hash,
                   date_trunc('hour', now()) - interval '{{Days}} days' + number * (interval '{{Days - 1}} days' / {{rows}}) AS at
            FROM generate_series($1::bigint, $2::bigint) AS number
        ) AS minted
        """;

    private const string Total = """
        INSERT INTO usage_ledger (
            organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
        SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC') AS hour,
               count(*), count(*) FILTER (WHERE billable), coalesce(sum(units) FILTER (WHERE billable), 0), sum(request_bytes), sum(response_bytes)
        FROM usage_events
        GROUP BY organization_id, api_key_id, route, hour
        """;

    /// <summary>Makes it; says how far it is.</summary>
    public static async Task CreateAsync(IngestServers servers, string database, int rows, TextWriter output, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await servers.CreateDatabaseAsync(database, cancellationToken);
        await using (var connection = await servers.ConnectAsync(database, cancellationToken))
        {
            for (var first = 0; first < rows; first += RowsOfStatement)
            {
                var last = Math.Min(first + RowsOfStatement, rows) - 1;
                await using var command = new Npgsql.NpgsqlCommand(Fill(rows), connection)
                {
                    Parameters = { new() { Value = (long)first }, new() { Value = (long)last } },
                };
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        await servers.ExecuteAsync(database, Total, cancellationToken);
        await servers.ExecuteAsync(database, "VACUUM (ANALYZE)", cancellationToken);
        await output.WriteLineAsync($"{rows:n0} rows present, made in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
    }
}
