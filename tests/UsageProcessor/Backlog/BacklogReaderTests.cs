using Gateway.Database;
using Gateway.Testing;
using Gateway.UsageProcessor.Backlog;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Npgsql;

namespace Gateway.UsageProcessor.Tests.Backlog;

public sealed class BacklogReaderTests(TestServers servers)
{
    [Fact]
    public async Task Only_what_nothing_explains_is_absent()
    {
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync("""
            INSERT INTO usage_sources (source, highest_sequence, stored, announced_sequence, announced_at, announced_since, ended_at, pending, released, released_at, unanswered)
            VALUES ('gateway/whole', 10, 10, 10, now(), now(), NULL, '{}', '{}', NULL, '{}'),
                   ('gateway/holes', 10, 7, NULL, NULL, NULL, NULL, '{}', '{}', NULL, '{}'),
                   ('gateway/tail', 5, 5, 9, now() - interval '1 hour', now() - interval '1 hour', now() - interval '1 hour', '{}', '{}', NULL, '{}'),
                   ('gateway/pending', 10, 6, 10, now(), now(), NULL, '{[2,4)}', '{[5,7)}', now(), '{}'),
                   ('gateway/silent', 10, 6, 10, now() - interval '1 hour', now(), NULL, '{[2,4)}', '{[5,7)}', now() - interval '1 hour', '{}'),
                   ('gateway/killed', 10, 8, 10, now(), now(), now(), '{}', '{}', NULL, '{[9,11)}'),
                   ('gateway/lettered', 10, 7, NULL, NULL, NULL, NULL, '{}', '{}', NULL, '{}')
            """);
        await database.ExecuteAsync("""
            INSERT INTO dead_letters (topic, partition, message_offset, reason, message_value, source, sequence, replayed_at)
            VALUES ('usage-events', 0, 1, 'not a usage event', '', 'gateway/lettered', 3, NULL),
                   ('usage-events', 0, 2, 'not a usage event', '', 'gateway/lettered', 4, NULL),
                   ('usage-events', 0, 3, 'not a usage event', '', 'gateway/lettered', 4, NULL),
                   ('usage-events', 0, 4, 'not a usage event', '', 'gateway/lettered', 5, now())
            """);
        await using var dataSource = NpgsqlDataSource.Create(DatabaseUrl.Parse(database.Url).ConnectionString);

        var (sources, deadLetters) = await new BacklogReader(dataSource).ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [("gateway/holes", 10, 3), ("gateway/lettered", 10, 1), ("gateway/silent", 10, 4), ("gateway/tail", 9, 4)],
            sources.OrderBy(source => source.Source, StringComparer.Ordinal).Select(source => (source.Source, source.Minted, source.Absent)));
        Assert.Equal(3, deadLetters);
    }
}
