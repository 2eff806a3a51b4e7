using System.Text;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.DeadLetters;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>What is no usage event is kept with its reason, and everything else goes on.</summary>
public sealed class MalformedMessageTests(TestServers servers)
{
    private const string Secret = "content-that-must-not-be-repeated";

    [Fact]
    public async Task Malformed_messages_are_kept_byte_for_byte_with_a_reason_and_the_rest_is_stored()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var good = UsageEventJson.Serialize(SampleEvents.One(1));
        byte[]?[] zoo =
        [
            null,
            [],
            [0xff, 0xfe, 0x00],
            "null"u8.ToArray(),
            "{"u8.ToArray(),
            "[1,2,3]"u8.ToArray(),
            Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","type":"{{Secret}}"}"""),
            Changed(good, "gateway.request.v1", Secret),
            Changed(good, "\"sequence\":\"1\"", $"\"sequence\":\"{Secret}\""),
            Changed(good, "\"billable\":true", $"\"billable\":\"{Secret}\""),
            Changed(good, "\"units\":2", "\"units\":-2"),
            Changed(good, "\"units\":2", "\"units\":99999999999999999999"),
            Changed(good, "/v1/things/1", "/v1/things/\\ud800"),
            Changed(good, "/v1/things/1", "/v1/things/\\u0000"),
            good[..^1],
        ];
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        var last = await topic.SendAsync(4, [.. zoo, good]);

        await Eventually.EqualsAsync(last + 1, database.StoredMessagesAsync);
        Assert.Equal(1, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        var rows = await database.RowsAsync("SELECT topic, partition, message_offset, reason, message_key, message_value FROM dead_letters ORDER BY message_offset");
        Assert.Equal(zoo, rows.Select(row => (byte[]?)row[5]));
        Assert.All(rows, row => Assert.Equal((Topics.UsageEvents, 4), ((string)row[0]!, (int)row[1]!)));
        Assert.All(rows, row => Assert.Equal("key"u8.ToArray(), (byte[]?)row[4]));
        Assert.Equal(Enumerable.Range(0, zoo.Length).Select(offset => (long)offset), rows.Select(row => (long)row[2]!));
        Assert.All(rows, row => Assert.NotEmpty((string)row[3]!));
        Assert.DoesNotContain(rows, row => ((string)row[3]!).Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(processor.Log.Messages, line => line.Contains(Secret, StringComparison.Ordinal));

        var letters = topic.Read(Topics.DeadLetters, zoo.Length);
        Assert.Equal(zoo, letters.Select(letter => letter.Value));
        Assert.Equal(rows.Select(row => (string)row[3]!), letters.Select(letter => UsageTopic.Header(letter, DeadLetterHeaders.Reason)));
        Assert.All(letters, letter => Assert.Equal("key"u8.ToArray(), letter.Key));
        Assert.All(letters, letter => Assert.Equal(Topics.UsageEvents, UsageTopic.Header(letter, DeadLetterHeaders.Topic)));
        Assert.All(letters, letter => Assert.Equal(4, UsageTopic.Number(letter, DeadLetterHeaders.Partition)));
        Assert.Equal(rows.Select(row => (long)row[2]!), letters.Select(letter => UsageTopic.Number(letter, DeadLetterHeaders.Offset)));
    }

    [Fact]
    public async Task Events_that_PostgreSQL_refuses_are_found_in_their_batch_and_the_rest_is_stored()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync("ALTER TABLE usage_events ADD CONSTRAINT no_poison CHECK (path NOT LIKE '%poison%')");
        var events = SampleEvents.Many(300);
        foreach (var poisoned in (int[])[0, 150, 151, 299])
        {
            events[poisoned] = events[poisoned] with { Path = $"/poison/{Secret}" };
        }

        await topic.SendAsync(3, [.. events.Select(UsageEventJson.Serialize)]);
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await Eventually.EqualsAsync(300, database.StoredMessagesAsync);
        Assert.Equal(296, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        var rows = await database.RowsAsync("SELECT message_offset, reason, message_value FROM dead_letters ORDER BY message_offset");
        Assert.Equal([0L, 150L, 151L, 299L], rows.Select(row => (long)row[0]!));
        Assert.All(rows, row => Assert.Equal("refused by PostgreSQL: SQLSTATE 23514, constraint no_poison", row[1]));
        Assert.Equal(UsageEventJson.Serialize(events[150]), (byte[]?)rows[1][2]);
        Assert.Equal(4, topic.Read(Topics.DeadLetters, 4).Count);
        Assert.Equal(0, processor.Duplicates);
    }

    [Fact]
    public async Task Event_that_makes_a_total_overflow_is_refused_and_the_total_stays()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var usageEvent = SampleEvents.One(1);
        await database.ExecuteAsync($"""
            INSERT INTO usage_ledger (organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
            VALUES ('{usageEvent.OrganizationId}', '{usageEvent.ApiKeyId}', '{usageEvent.Route}',
                    date_trunc('hour', timestamptz '{usageEvent.Time:O}', 'UTC'), 1, 1, {long.MaxValue}, 0, 0)
            """);

        await topic.SendAsync(0, UsageEventJson.Serialize(usageEvent));
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await Eventually.EqualsAsync(1, database.StoredMessagesAsync);
        Assert.Equal(long.MaxValue, await database.ScalarAsync<long>("SELECT billable_units FROM usage_ledger"));
        Assert.Equal("refused by PostgreSQL: SQLSTATE 22003", await database.ScalarAsync<string>("SELECT reason FROM dead_letters"));
    }

    private static byte[] Changed(byte[] json, string from, string to)
    {
        var text = Encoding.UTF8.GetString(json);
        Assert.Contains(from, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }
}
