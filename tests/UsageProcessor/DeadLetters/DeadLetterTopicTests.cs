using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests.DeadLetters;

/// <summary>No answer of Kafka to a dead letter holds up its partition for ever, or asks for a restart.</summary>
public sealed class DeadLetterTopicTests(TestServers servers)
{
    private const int ClusterAuthorizationFailed = 31;
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
