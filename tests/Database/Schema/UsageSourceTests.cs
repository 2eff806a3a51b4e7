using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Schema;

/// <summary>Usage that was stored before its sources were followed is followed from then on.</summary>
public sealed class UsageSourceTests(TestServers servers)
{
    private const int VersionBefore = 17;

    [Fact]
    public async Task Events_that_are_there_are_counted_by_source()
    {
        var database = await CreateAsync();
        await AddAsync(database, "gateway/a", "'2099-11-20T10:00Z'", 1, 4);
        await AddAsync(database, "gateway/a", "'2099-11-21T10:00Z'", 6, 6);
        await AddAsync(database, "gateway/b", "'2099-11-21T10:00Z'", 3, 3);

        await database.Runner().UpAsync(default);

        Assert.Equal(
            ["gateway/a 6 5 16 0", "gateway/b 3 1 3 0"],
            await database.QueryAsync<string>("SELECT format('%s %s %s %s %s', source, highest_sequence, stored, sequence_sum, duplicates) FROM usage_sources ORDER BY source"));
        Assert.True(await database.ReadAsync<bool>(
            "SELECT last_seen_at - first_seen_at = interval '1 day' AND announced_at IS NULL AND ended_at IS NULL FROM usage_sources WHERE source = 'gateway/a'"));
    }

    [Fact]
    public async Task Rows_that_retention_may_have_dropped_count_as_stored()
    {
        var database = await CreateAsync();
        await AddAsync(database, "gateway/a", "'2020-01-05T10:59Z'", 101, 110);

        await database.Runner().UpAsync(default);

        Assert.Equal("110 110 6105", await database.ReadAsync<string>("SELECT format('%s %s %s', highest_sequence, stored, sequence_sum) FROM usage_sources"));
    }

    [Fact]
    public async Task Dead_letters_that_are_there_get_source_and_sequence_where_they_can_be_read()
    {
        var database = await CreateAsync();
        await database.ExecuteAsync("""
            INSERT INTO dead_letters (topic, partition, message_offset, reason, message_value) VALUES
                ('usage-events', 0, 0, 'x', convert_to('{"source":"gateway/a","sequence":"7"}', 'UTF8')),
                ('usage-events', 0, 1, 'x', NULL),
                ('usage-events', 0, 2, 'x', '\xff00'),
                ('usage-events', 0, 3, 'x', convert_to('{"source":"gateway/a","sequence":7}x', 'UTF8')),
                ('usage-events', 0, 4, 'x', convert_to('[1]', 'UTF8')),
                ('usage-events', 0, 5, 'x', convert_to('{"source":"gateway/a","sequence":"9999999999999999999"}', 'UTF8')),
                ('usage-events', 0, 6, 'x', convert_to('{"source":{"a":1},"sequence":"7"}', 'UTF8')),
                ('usage-events', 0, 7, 'x', convert_to('{"source":"gateway/a\u0000","sequence":"7"}', 'UTF8')),
                ('usage-events', 0, 8, 'x', convert_to('{"source":"gateway/b","sequence":"8"}', 'UTF8'))
            """);

        await database.Runner().UpAsync(default);

        Assert.Equal(
            ["0 gateway/a 7", "8 gateway/b 8"],
            await database.QueryAsync<string>("SELECT format('%s %s %s', message_offset, source, sequence) FROM dead_letters WHERE source IS NOT NULL ORDER BY 1"));
    }

    [Fact]
    public async Task Down_keeps_events_and_dead_letters_and_up_counts_again()
    {
        var database = await CreateAsync();
        await AddAsync(database, "gateway/a", "'2099-11-21T10:00Z'", 1, 4);
        await database.Runner().UpAsync(default);
        await database.ExecuteAsync("INSERT INTO dead_letters (topic, partition, message_offset, reason, source, sequence) VALUES ('t', 0, 0, 'x', 'gateway/a', 5)");

        await database.Runner().DownToAsync(VersionBefore, default);
        Assert.Equal((4, 1), (
            await database.ReadAsync<long>("SELECT count(*) FROM usage_events"), await database.ReadAsync<long>("SELECT count(*) FROM dead_letters")));
        await database.Runner().UpAsync(default);

        Assert.Equal(4, await database.ReadAsync<long>("SELECT stored FROM usage_sources"));
    }

    private static Task AddAsync(TestDatabase database, string source, string time, int first, int last) => database.ExecuteAsync($"""
        INSERT INTO usage_events (
            event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status,
            outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes)
        SELECT gen_random_uuid(), timestamptz {time}, '{source}', sequence, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
               'default', 'GET', '/', 200, 'forwarded', true, 1, 1, 1, 1, 1
        FROM generate_series({first}, {last}) AS sequence
        """);

    private async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await database.Runner().UpAsync(VersionBefore, default);
        return database;
    }
}
