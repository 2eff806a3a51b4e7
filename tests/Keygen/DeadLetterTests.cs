using System.Text;
using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Contracts.DeadLetters;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>What could not be understood can be looked at safely, and sent again.</summary>
public sealed class DeadLetterTests(TestServers servers) : KeygenTest(servers)
{
    private const string Escape = "\u001b[2Jhello";

    [Fact]
    public async Task List_shows_the_oldest_first_without_the_replayed_and_as_many_as_asked_for()
    {
        await RefuseAsync(1, "second", recordedAt: "2026-11-02");
        await RefuseAsync(2, "first", recordedAt: "2026-11-01");
        await RefuseAsync(3, "third, stored since", recordedAt: "2026-11-03");
        await ExecuteAsync("UPDATE dead_letters SET replayed_at = '2026-11-04T00:00Z', refused_again = 2 WHERE message_offset = 3");

        Assert.Equal(["usage-events/7/2", "usage-events/7/1"], Ids(await RunAsync("dead-letters", "list")));
        Assert.Equal(["usage-events/7/2", "usage-events/7/1", "usage-events/7/3"], Ids(await RunAsync("dead-letters", "list", "--all")));
        Assert.Equal(["usage-events/7/1"], Ids(await RunAsync("dead-letters", "list", "--reason", "SECOND")));
        Assert.Equal(["usage-events/7/1"], Ids(await RunAsync("dead-letters", "list", "--from", "2026-11-02", "--to", "2026-11-02T00:01")));
        Assert.Equal(
            "usage-events/7/3\t2026-11-03T00:00:00Z\tthird, stored since\tgateway/a\t3\t9\t2\t2026-11-04T00:00:00Z",
            (await RunAsync("dead-letters", "list", "--all")).Succeeded().OutputLines[^1]);

        var cut = await RunAsync("dead-letters", "list", "--all", "--limit", "2");
        Assert.Equal(["usage-events/7/2", "usage-events/7/1"], Ids(cut));
        Assert.Equal("There are more than 2: see --limit, --from, --to and --reason.\n", cut.Error);
    }

    [Fact]
    public async Task Json_of_the_list_has_every_field_but_the_bytes()
    {
        await RefuseAsync(1, "refused");

        var letter = Assert.Single((await RunAsync("dead-letters", "list", "--json")).Succeeded().Json.EnumerateArray());

        Assert.Equal(
            ["id", "topic", "partition", "offset", "recordedAt", "reason", "source", "sequence", "bytes", "replayedAt", "refusedAgain", "refusedAgainAt"],
            letter.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Show_escapes_what_a_terminal_would_obey_and_raw_writes_the_bytes_as_they_came()
    {
        await RefuseAsync(1, "refused");
        await ExecuteAsync("UPDATE dead_letters SET message_value = message_value || '\\xff5c'::bytea || convert_to(U&'\\202E\\00FC', 'UTF8')");

        var shown = (await RunAsync("dead-letters", "show", "usage-events/7/1")).Succeeded();
        Assert.Contains("value\t\\u{1B}[2Jhello\\xFF\\\\\\u{202E}ü", shown.OutputLines);
        Assert.DoesNotContain(shown.Output, character => character == '\u001b');

        using var output = new MemoryStream();
        var raw = (await RunAsync(surroundings => surroundings with { OutputBytes = output }, "dead-letters", "show", "usage-events/7/1", "--raw")).Succeeded();
        Assert.Empty(raw.Output);
        Assert.Equal([.. Encoding.UTF8.GetBytes(Escape), 0xff, 0x5c, 0xe2, 0x80, 0xae, 0xc3, 0xbc], output.ToArray());

        var json = (await RunAsync("dead-letters", "show", "usage-events/7/1", "--json")).Succeeded().Json;
        Assert.Equal(output.ToArray(), json.GetProperty("valueBase64").GetBytesFromBase64());
        Assert.Equal("key"u8.ToArray(), json.GetProperty("keyBase64").GetBytesFromBase64());
    }

    [Fact]
    public async Task Replay_sends_the_bytes_to_their_topic_and_partition_with_the_letters_name()
    {
        var broker = await BrokerAsync();
        var topic = Topic(broker);
        await RefuseAsync(1, "first", topic);
        await RefuseAsync(2, "second", topic);
        await ExecuteAsync("UPDATE dead_letters SET message_key = NULL, message_value = NULL WHERE message_offset = 2");
        await RefuseAsync(3, "stored since", topic);
        await ExecuteAsync("UPDATE dead_letters SET replayed_at = now() WHERE message_offset = 3");

        var dry = (await RunAsync("dead-letters", "replay", "--all", "--dry-run")).Succeeded();
        Assert.Equal([$"{topic}/7/1", $"{topic}/7/2"], dry.OutputLines);
        var result = (await RunAsync("dead-letters", "replay", "--all", "--yes")).Succeeded();

        Assert.Equal([$"{topic}/7/1", $"{topic}/7/2"], result.OutputLines);
        Assert.StartsWith("2 of 2 were sent again and acknowledged by Kafka.", result.Error, StringComparison.Ordinal);
        var messages = Read(broker, topic, 2);
        Assert.Equal([$"{topic}/7/1", $"{topic}/7/2"], messages.Select(message => Encoding.UTF8.GetString(message.Headers.GetLastBytes(DeadLetterId.ReplayHeader))));
        Assert.Equal([Encoding.UTF8.GetBytes(Escape), null], messages.Select(message => message.Value));
        Assert.Equal(["key"u8.ToArray(), null], messages.Select(message => message.Key));

        // Only the usage-processor says what is stored.
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM dead_letters WHERE replayed_at IS NOT NULL"));
    }

    [Fact]
    public async Task Replay_takes_ids_or_a_reason_and_asks_before_it_sends()
    {
        var broker = await BrokerAsync();
        var topic = Topic(broker);
        await RefuseAsync(1, "refused by PostgreSQL", topic);
        await RefuseAsync(2, "not a usage event", topic);

        (await RunAsync("dead-letters", "replay", "--all")).Refused(2, "add --yes");
        Assert.Equal(1, (await RunAtTerminalAsync("n", "dead-letters", "replay", "--all")).ExitCode);
        (await RunAtTerminalAsync("y", "dead-letters", "replay", "--reason", "postgresql")).Succeeded();
        var json = (await RunAsync("dead-letters", "replay", $"{topic}/7/2", $"{topic}/7/2", "--yes", "--json")).Succeeded().Json;

        Assert.Equal((1, 1), (json.GetProperty("selected").GetInt64(), json.GetProperty("sent").GetInt64()));
        Assert.Equal(
            [$"{topic}/7/1", $"{topic}/7/2"],
            Read(broker, topic, 2).Select(message => Encoding.UTF8.GetString(message.Headers.GetLastBytes(DeadLetterId.ReplayHeader))));
    }

    [Fact]
    public async Task Replay_without_Kafka_says_so_and_sends_nothing()
    {
        await RefuseAsync(1, "refused");

        (await RunAsync("dead-letters", "replay", "--all", "--yes")).Refused(2, EnvironmentVariables.KafkaBootstrapServers);

        Variables[EnvironmentVariables.KafkaBootstrapServers] = $"127.0.0.1:{FreePort.Next()}";
        (await RunAsync("dead-letters", "replay", "--all", "--yes")).Refused(1, "cannot be reached");
    }

    [Fact]
    public async Task Letter_that_Kafka_does_not_take_is_named_and_the_others_are_sent()
    {
        var broker = await BrokerAsync();
        var topic = Topic(broker);
        await RefuseAsync(1, "refused", topic);
        await ExecuteAsync("UPDATE dead_letters SET partition = 99");
        await RefuseAsync(2, "refused", topic);

        var result = await RunAsync("dead-letters", "replay", "--all", "--yes");

        Assert.Equal((1, $"{topic}/7/2\n"), (result.ExitCode, result.Output));
        Assert.Contains($"{topic}/99/1 was not taken by Kafka", result.Error, StringComparison.Ordinal);
        Assert.Contains("1 of 2 were sent again", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letter_that_does_not_exist_is_named_before_anything_is_sent()
    {
        await RefuseAsync(1, "refused");

        (await RunAsync("dead-letters", "show", "usage-events/7/2")).Refused(3, "usage-events/7/2");
        (await RunAsync("dead-letters", "replay", "usage-events/7/1", "usage-events/7/2", "--yes")).Refused(3, "no such dead letter: usage-events/7/2;");
    }

    [Theory]
    [InlineData("show", "usage-events/7")]
    [InlineData("show", "usage-events/7/1", "--raw", "--json")]
    [InlineData("replay")]
    [InlineData("replay", "--all", "--reason", "x")]
    [InlineData("replay", "usage-events/7/1", "--all")]
    [InlineData("replay", "--reason", " ")]
    [InlineData("replay", "usage-events/-1/1")]
    [InlineData("list", "--limit", "0")]
    [InlineData("list", "--from", "tomorrow")]
    public async Task Question_that_makes_no_sense_is_a_usage_error(params string[] arguments) =>
        Assert.Equal(2, (await RunAsync(["dead-letters", .. arguments])).ExitCode);

    private static IEnumerable<string> Ids(KeygenResult result) => result.Succeeded().OutputLines.Select(line => line.Split('\t')[0]);

    private static List<Message<byte[]?, byte[]?>> Read(EmbeddedBroker broker, string topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = broker.BootstrapServers, GroupId = topic }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 7, Offset.Beginning));
        var messages = new List<Message<byte[]?, byte[]?>>();
        while (messages.Count < count && consumer.Consume(TimeSpan.FromSeconds(30)) is { } result)
        {
            messages.Add(result.Message);
        }

        return messages;
    }

    private static string Topic(EmbeddedBroker broker)
    {
        var topic = $"usage-events-{Guid.NewGuid():N}";
        broker.CreateTopic(topic, Topics.UsageEventsPartitions);
        return topic;
    }

    private async Task<EmbeddedBroker> BrokerAsync()
    {
        var broker = await Servers.EmbeddedBrokerAsync();
        Variables[EnvironmentVariables.KafkaBootstrapServers] = broker.BootstrapServers;
        return broker;
    }

    private Task RefuseAsync(long offset, string reason, string topic = Topics.UsageEvents, string recordedAt = "2026-11-10") => ExecuteAsync($"""
        INSERT INTO dead_letters (topic, partition, message_offset, reason, message_key, message_value, source, sequence, recorded_at)
        VALUES ('{topic}', 7, {offset}, '{reason}', 'key', convert_to(E'{Escape.Replace("\u001b", "\\x1b", StringComparison.Ordinal)}', 'UTF8'), 'gateway/a', {offset}, '{recordedAt}T00:00Z')
        """);
}
