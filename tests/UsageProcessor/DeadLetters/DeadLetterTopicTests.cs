using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests.DeadLetters;

/// <summary>No answer of Kafka to a dead letter holds up its partition for ever, or asks for a restart.</summary>
public sealed class DeadLetterTopicTests(TestServers servers)
{
    private const int ClusterAuthorizationFailed = 31;
    private const int TopicAuthorizationFailed = 29;
    private const int InvalidRecord = 87;
    private const int DeadLetterKeptInTable = 316;

    [Fact]
    public async Task Refusal_that_is_final_to_an_idempotent_producer_holds_up_nothing()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await topic.SendAsync(0, "no event"u8.ToArray());

        // Heard once, such a producer never sends again.
        broker.RefuseProducers(ClusterAuthorizationFailed, ClusterAuthorizationFailed);
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        await Eventually.EqualsAsync(1, database.DeadLettersAsync);
    }

    [Fact]
    public async Task Topic_that_may_not_be_written_to_is_said_makes_unready_and_ends_without_a_restart()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await topic.SendAsync(0, "no event"u8.ToArray());
        broker.RefuseToWrite([.. Enumerable.Repeat(TopicAuthorizationFailed, 10_000)]);
        await using var processor = await RunningProcessor.StartAsync(
            broker.BootstrapServers, database, "--Storage:LongestRetryMilliseconds=500");
        using var client = new HttpClient { BaseAddress = processor.Management };

        await processor.LoggedAsync(LogIds.StoringBlocked);
        Assert.Contains("DeadLetters:Topic", await client.GetStringOfAnyStatusAsync("/health/ready"), StringComparison.Ordinal);

        broker.TakeAgain();
        await Eventually.EqualsAsync(1, database.DeadLettersAsync);
        await processor.LoggedAsync(LogIds.StoringUnblocked);
        Assert.Equal(1, processor.Log.Count(LogIds.StoringBlocked));
    }

    [Fact]
    public async Task Topic_that_does_not_exist_is_said_and_its_creation_is_noticed_without_a_restart()
    {
        ExtensiveTests.SkipUnlessWanted("Kafka is believed after 10 s");
        var kafka = await servers.ApacheKafkaAsync();
        var (settings, name) = await ApacheKafkaTests.CreateTopicAsync(kafka);
        using var topic = new UsageTopic(kafka.BootstrapServers, name);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await topic.SendAsync(0, "no event"u8.ToArray());
        var letters = $"{name}-letters";
        await using var processor = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, [.. settings, $"--DeadLetters:Topic={letters}"]);
        await processor.LoggedAsync(LogIds.StoringBlocked);

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = letters, NumPartitions = 1, ReplicationFactor = 1 }]);
        await Eventually.EqualsAsync(1, database.DeadLettersAsync);
    }

    /// <summary>A compacted topic takes no message without a key.</summary>
    [Fact]
    public async Task Letter_that_Kafka_will_never_take_is_kept_in_the_table_alone()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await topic.SendAsync(0, "no event"u8.ToArray());
        broker.RefuseToWrite([.. Enumerable.Repeat(InvalidRecord, 50)]);
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await Eventually.EqualsAsync(1, database.DeadLettersAsync);
        await processor.LoggedAsync(DeadLetterKeptInTable);
    }
}
