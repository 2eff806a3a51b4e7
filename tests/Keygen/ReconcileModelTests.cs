using System.Globalization;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>Whatever became of each sequence of many sources: reconcile says what a plain model says, sequence by sequence.</summary>
public sealed class ReconcileModelTests(TestServers servers) : ReconcileTest(servers)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Reconcile_agrees_with_the_model(int seed)
    {
        var random = new Random(seed);
        var sources = Enumerable.Range(1, 200).Select(number => ModelSource.Random($"gateway/{number:D4}", random)).ToList();
        await StoreAsync(sources);

        var result = await ReconcileAsync("--json");

        var said = result.Json.GetProperty("sources").EnumerateArray().Select(Said).Order(StringComparer.Ordinal);
        Assert.Equal(sources.Select(static source => source.Expected()), said);
        Assert.Equal(0, result.Json.GetProperty("differences").GetInt64());
        Assert.Equal(1, result.ExitCode);
    }

    private static string Said(JsonElement line) => string.Create(
        CultureInfo.InvariantCulture,
        $"{line.GetProperty("source")} {line.GetProperty("state")} minted {line.GetProperty("minted")} stored {line.GetProperty("stored")} dead {line.GetProperty("deadLettered")} open {line.GetProperty("open")} unanswered {line.GetProperty("unanswered")} missing {line.GetProperty("missing")}: {string.Join(' ', line.GetProperty("missingRanges").EnumerateArray().Select(range => $"{range.GetProperty("first")}-{range.GetProperty("last")}"))} and {line.GetProperty("moreRanges")}, doubled {line.GetProperty("doubled")}");

    private async Task StoreAsync(List<ModelSource> sources)
    {
        var rows = sources.SelectMany(static source => source.Rows).ToList();
        var letters = sources.SelectMany(static source => source.Letters).ToList();
        await ExecuteAsync($"""
            INSERT INTO usage_events (
                event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status,
                outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes, recorded_at)
            SELECT gen_random_uuid(), '2026-11-10T12:00Z', source, sequence, '{Organization}', '{Guid.Empty}', gen_random_uuid(), 'default', 'GET', '/', 200,
                   'forwarded', true, 2, 10, 5, 3, 7, now() - age::interval
            FROM (VALUES {string.Join(',', rows)}) AS row (source, sequence, age);
            INSERT INTO usage_ledger (
                organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
            SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC'), count(*), count(*), sum(units), sum(request_bytes), sum(response_bytes)
            FROM usage_events GROUP BY 1, 2, 3, 4;
            INSERT INTO dead_letters (topic, partition, message_offset, reason, source, sequence, recorded_at)
            SELECT 'usage-events', 0, row_number() OVER (), 'refused', source, sequence, now() - age::interval
            FROM (VALUES {string.Join(',', letters)}) AS letter (source, sequence, age);
            INSERT INTO usage_sources (source, first_seen_at, last_seen_at, highest_sequence, stored, sequence_sum)
            SELECT source, min(occurred_at), max(occurred_at), max(sequence), count(*), sum(sequence) FROM usage_events GROUP BY source;
            INSERT INTO usage_sources AS known (source, announced_sequence, announced_at, announced_since, ended_at, pending, unanswered, released, released_at)
            SELECT source, announced, '2020-01-01Z', now() - since_age::interval, CASE WHEN has_ended THEN timestamptz '2020-01-01Z' END,
                   pending::int8multirange, unanswered::int8multirange, released::int8multirange, now() - released_age::interval
            FROM (VALUES {string.Join(',', sources.Where(static source => source.Announcement is not null).Select(static source => source.Announcement))})
                AS heartbeat (source, announced, since_age, has_ended, pending, unanswered, released, released_age)
            ON CONFLICT (source) DO UPDATE SET
                announced_sequence = excluded.announced_sequence, announced_at = excluded.announced_at, announced_since = excluded.announced_since,
                ended_at = excluded.ended_at, pending = excluded.pending, unanswered = excluded.unanswered,
                released = excluded.released, released_at = excluded.released_at;
            UPDATE usage_sources SET announced_at = now() WHERE source = ANY (ARRAY['', {string.Join(',', sources.Where(static source => source.IsRunning).Select(static source => $"'{source.Name}'"))}])
            """);
    }
}
