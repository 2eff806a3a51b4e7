using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Schema;

/// <summary>The parts of a bill add up to the bill.</summary>
public sealed class BillingFunctionTests(TestServers servers)
{
    private const string Figures = "requests, billable_requests, billable_units, request_bytes, response_bytes";
    private const string Organization = "00000001-0000-0000-0000-000000000000";

    /// <summary>A ledger of two months around a change of clocks: 3 organizations, 4 keys each, 3 routes.</summary>
    private const string Ledger = """
        SELECT setseed(0.42);
        INSERT INTO usage_ledger
        SELECT format('%s-0000-0000-0000-000000000000', lpad((1 + number % 3)::text, 8, '0'))::uuid,
               format('%s-0000-0000-0000-000000000000', lpad((1 + number % 4)::text, 8, '0'))::uuid,
               'route-' || (random() * 2)::integer, timestamptz '2026-10-01Z' + interval '1 hour' * (random() * 1463)::integer,
               (random() * 1000)::bigint, (random() * 900)::bigint, (random() * 9e12)::bigint, (random() * 1e9)::bigint, (random() * 1e9)::bigint
        FROM generate_series(1, 3000) AS number
        ON CONFLICT DO NOTHING
        """;

    [Fact]
    public async Task Keys_routes_and_days_each_add_up_to_billable_usage_in_any_period()
    {
        var database = await CreateAsync();
        var random = new Random(20261121);
        for (var round = 0; round < 40; round++)
        {
            var from = new DateTime(2026, 9, 28, 0, 0, 0, DateTimeKind.Utc).AddHours(random.Next(1_500));
            var period = $"'{Organization}', '{from:O}', '{from.AddHours(random.Next(round < 5 ? 1 : 900)):O}'";
            foreach (var parts in new[]
            {
                $"billable_usage_by_key({period})", $"billable_usage_by_route({period})", $"daily_usage({period})",
                $"daily_usage({period}, 'Europe/Berlin')", $"daily_usage({period}, 'America/Los_Angeles')", $"daily_usage({period}, 'Pacific/Kiritimati')",
            })
            {
                Assert.Equal("same", await database.ReadAsync<string>($"""
                    SELECT CASE WHEN whole = parts THEN 'same' ELSE format('{parts.Replace("'", "''", StringComparison.Ordinal)}: %s and not %s', parts, whole) END
                    FROM (SELECT ({Figures})::text AS whole FROM billable_usage({period})) AS whole,
                         (SELECT (coalesce(sum(requests), 0), coalesce(sum(billable_requests), 0), coalesce(sum(billable_units), 0),
                                  coalesce(sum(request_bytes), 0), coalesce(sum(response_bytes), 0))::text AS parts FROM {parts}) AS parts
                    """));
            }
        }
    }

    [Fact]
    public async Task Top_consumers_are_those_that_used_most_with_what_they_are_billed()
    {
        var database = await CreateAsync();
        const string Expected = $"""
            SELECT array_agg(line ORDER BY units DESC) FROM (
                SELECT (organization_id, {Figures})::text AS line, billable_units AS units
                FROM (SELECT DISTINCT organization_id FROM usage_ledger) AS organizations,
                     LATERAL billable_usage(organization_id, '2026-10-05Z', '2026-11-05Z')
                ORDER BY billable_units DESC LIMIT 2) AS expected
            """;
        Assert.Equal(
            await database.ReadAsync<string[]>(Expected),
            await database.ReadAsync<string[]>(
                $"SELECT array_agg((organization_id, {Figures})::text) FROM top_consumers('2026-10-05Z', '2026-11-05Z', 2)"));
        Assert.Equal(3, await database.ReadAsync<long>("SELECT count(*) FROM top_consumers('2026-10-01Z', '2026-12-01Z', 10)"));
    }

    [Fact]
    public async Task Days_begin_at_the_zones_midnight_and_one_without_usage_is_zero()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await UsageRows.AddAsync(database, billable: true, Utc("2026-10-24T21:59"), Utc("2026-10-24T22:00"), Utc("2026-10-25T22:59"), Utc("2026-10-27T12:00"));
        const string Days = "SELECT format('%s %s', day, billable_requests) FROM daily_usage('00000000-0000-0000-0000-00000000000a', ";

        // Clocks go back that night: the 25th has 25 hours.
        Assert.Equal(
            ["2026-10-24 1", "2026-10-25 2", "2026-10-26 0", "2026-10-27 1"],
            await database.QueryAsync<string>(Days + "'2026-10-23T22:00Z', '2026-10-27T23:00Z', 'Europe/Berlin')"));
        Assert.Equal(
            ["2026-10-24 2", "2026-10-25 1", "2026-10-26 0", "2026-10-27 1"],
            await database.QueryAsync<string>(Days + "'2026-10-24Z', '2026-10-28Z')"));
        Assert.Empty(await database.QueryAsync<string>(Days + "'2026-10-24Z', '2026-10-24Z')"));
    }

    [Fact]
    public async Task Question_that_has_no_exact_answer_is_refused()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        foreach (var question in new[]
        {
            $"billable_usage_by_key('{Organization}', '2026-11-01T00:30Z', '2026-12-01Z')",
            $"billable_usage_by_key('{Organization}', '2026-11-01Z', NULL)",
            "billable_usage_by_key(NULL, '2026-11-01Z', '2026-12-01Z')",
            $"billable_usage_by_route('{Organization}', '2026-11-01Z', '2026-12-01T00:00:01Z')",
            $"billable_usage_by_route('{Organization}', '2026-12-01Z', '2026-11-01Z')",
            "billable_usage_by_route(NULL, '2026-11-01Z', '2026-12-01Z')",
            "top_consumers('2026-11-01T05:30+05:15', '2026-12-01Z', 5)",
            "top_consumers('2026-11-01Z', '2026-12-01Z', NULL)",
            "top_consumers('2026-11-01Z', '2026-12-01Z', 0)",
            $"daily_usage('{Organization}', '2026-11-01Z', 'infinity')",
            $"daily_usage('{Organization}', NULL, '2026-12-01Z')",
            $"daily_usage('{Organization}', '2026-11-01Z', '2026-12-01Z', 'Asia/Kolkata')",
            $"daily_usage('{Organization}', '2026-09-01Z', '2026-12-01Z', 'Australia/Lord_Howe')",
            $"daily_usage('{Organization}', '2026-11-01Z', '2026-12-01Z', 'Berlin')",
            $"daily_usage('{Organization}', '2026-11-01Z', '2026-12-01Z', 'UTC+2')",
            $"daily_usage('{Organization}', '2026-11-01Z', '2026-12-01Z', '+02:00')",
            $"late_usage('{Organization}', '2026-10-01Z', '2026-11-01Z', '2026-11-01T01:30Z')",
            $"late_usage('{Organization}', '2026-10-01T00:30Z', '2026-11-01Z', '2026-11-01T01:00Z')",
            $"late_usage('{Organization}', '2026-10-01Z', '2026-11-01Z', '2026-11-01T00:00Z')",
            $"late_usage('{Organization}', '2026-10-01Z', '2026-11-01Z', date_trunc('hour', now()))",
        })
        {
            var exception = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync("SELECT * FROM " + question));
            Assert.True(exception.SqlState.StartsWith("22", StringComparison.Ordinal), $"{question}: {exception.Message}");
        }
    }

    [Fact]
    public async Task What_was_billed_is_billable_usage_less_late_usage_at_any_closing_time()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await database.Runner().UpAsync(20, default);
        await database.ExecuteAsync($"""
            SELECT setseed(0.42);
            INSERT INTO usage_events
            SELECT gen_random_uuid(), occurred_at, 'gateway/a', number, '{Organization}', '{Organization}', gen_random_uuid(), 'route-' || number % 3, 'GET', '/',
                   200, 'forwarded', number % 5 > 0, number % 7, 1, 1, number % 11, number % 13,
                   occurred_at + CASE number % 4 WHEN 0 THEN interval '1 second' WHEN 1 THEN random() * interval '3 hours' ELSE random() ^ 3 * interval '40 days' END
            FROM (
                SELECT number, timestamptz '2026-09-25Z' + random() * interval '20 days' AS occurred_at FROM generate_series(1, 4000) AS number
            ) AS events;
            INSERT INTO usage_ledger
            SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC'), count(*), count(*) FILTER (WHERE billable),
                   coalesce(sum(units) FILTER (WHERE billable), 0), sum(request_bytes), sum(response_bytes)
            FROM usage_events GROUP BY 1, 2, 3, 4
            """);

        // What is there already is counted as late where it was.
        await database.Runner().UpAsync(default);

        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            var from = new DateTime(2026, 9, 24, 0, 0, 0, DateTimeKind.Utc).AddHours(random.Next(400));
            var to = from.AddHours(1 + random.Next(200));
            var closedAt = to.AddHours(1 + random.Next(round < 10 ? 1 : 300));
            Assert.Equal(
                await database.ReadAsync<string>($"""
                    SELECT (count(*), count(*) FILTER (WHERE billable), coalesce(sum(units) FILTER (WHERE billable), 0),
                            coalesce(sum(request_bytes), 0), coalesce(sum(response_bytes), 0))::text
                    FROM usage_events WHERE occurred_at >= '{from:O}' AND occurred_at < '{to:O}' AND recorded_at < '{closedAt:O}'
                    """),
                await database.ReadAsync<string>($"""
                    SELECT (billable.requests - late.requests, billable.billable_requests - late.billable_requests, billable.billable_units - late.billable_units,
                            billable.request_bytes - late.request_bytes, billable.response_bytes - late.response_bytes)::text
                    FROM billable_usage('{Organization}', '{from:O}', '{to:O}') AS billable, late_usage('{Organization}', '{from:O}', '{to:O}', '{closedAt:O}') AS late
                    """));
        }
    }

    private static DateTime Utc(string time) => DateTime.SpecifyKind(DateTime.Parse(time, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);

    private async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Ledger);
        return database;
    }
}
