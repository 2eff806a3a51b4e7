using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>The same with a real Kafka, whose group coordinator and log are not librdkafka's own idea of them.</summary>
public sealed class ApacheKafkaTests(TestServers servers)
{
    [Fact]
    public async Task Processors_on_Apache_Kafka_that_join_leave_and_start_again_store_each_event_once()
    {
        var kafka = await servers.ApacheKafkaAsync();
        var (settings, topicName) = await CreateTopicAsync(kafka);
        using var topic = new UsageTopic(kafka.BootstrapServers, topicName);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var stream = new EventStream(topic);

        await using (var first = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings))
        {
            await first.LoggedAsync(LogIds.PartitionsAssigned);
            await using var second = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);
            await first.LoggedAsync(LogIds.PartitionsRevoked);
            await Eventually.BecomesAsync(() => Task.FromResult(second.Stored), stored => stored > 0, "events stored by the second");
        }

        await using var third = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);
        await Eventually.BecomesAsync(() => Task.FromResult(third.Stored), stored => stored > 0, "events stored by the third");
        var sent = await stream.EndAsync();
        await Eventually.EqualsAsync(sent, database.StoredMessagesAsync);

        Assert.Equal(sent, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        Assert.Equal(0, third.Duplicates);
    }

    [Fact]
    public async Task Group_that_is_new_begins_with_what_Apache_Kafka_has_not_deleted()
    {
        var kafka = await servers.ApacheKafkaAsync();
        var (settings, topicName) = await CreateTopicAsync(kafka);
        using var topic = new UsageTopic(kafka.BootstrapServers, topicName);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await topic.SendInOrderAsync(SampleEvents.Many(1_200));
        await DeleteAsync(kafka, topicName, partition: 3, before: 40);

        await using var processor = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);

        await Eventually.EqualsAsync(1_160, database.EventsAsync);
        Assert.Equal(1, processor.Log.Count(LogIds.LogBeginsLate));
        Assert.Equal(0, processor.Log.Count(LogIds.MessagesLost));
    }

    [Fact]
    public async Task Unread_messages_that_Apache_Kafka_has_deleted_stop_the_processor_and_read_ones_do_not()
    {
        var kafka = await servers.ApacheKafkaAsync();
        var (settings, topicName) = await CreateTopicAsync(kafka);
        using var topic = new UsageTopic(kafka.BootstrapServers, topicName);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var events = SampleEvents.Many(1_200);
        await topic.SendInOrderAsync(events[..600]);
        await using (await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings))
        {
            await Eventually.EqualsAsync(600, database.StoredMessagesAsync);
        }

        await DeleteAsync(kafka, topicName, partition: 4, before: 50);
        await using (var processor = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings))
        {
            await topic.SendInOrderAsync(events[600..900]);
            await Eventually.EqualsAsync(900, database.StoredMessagesAsync);
            Assert.Equal(0, processor.Log.Count(LogIds.PartitionJumped));
        }

        await topic.SendInOrderAsync(events[900..]);
        await DeleteAsync(kafka, topicName, partition: 3, before: 80);
        await using var stopped = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);
        await stopped.LoggedAsync(LogIds.MessagesLost);

        Assert.Contains(stopped.Log.Messages, line => line.Contains("partition 3: expected the unread messages from offset 75 on; found that the log begins at 80; 5 unread", StringComparison.Ordinal));
        Assert.Equal(75, await database.ScalarAsync<long>("SELECT next_offset FROM consumer_offsets WHERE partition = 3"));
    }

    [Fact]
    public async Task Topic_on_Apache_Kafka_that_is_made_anew_under_a_running_processor_stops_it()
    {
        var kafka = await servers.ApacheKafkaAsync();
        var (settings, topicName) = await CreateTopicAsync(kafka);
        using var topic = new UsageTopic(kafka.BootstrapServers, topicName);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var events = SampleEvents.Many(2_400);
        await topic.SendInOrderAsync(events[..120]);
        await using var processor = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);
        await Eventually.EqualsAsync(120, database.StoredMessagesAsync);

        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build())
        {
            await admin.DeleteTopicsAsync([topicName]);
            await Eventually.IsTrueAsync(() => TryCreateAsync(admin, topicName), "the topic made anew");
        }

        using var anew = new UsageTopic(kafka.BootstrapServers, topicName);
        await anew.SendInOrderAsync(events[120..]);
        await processor.LoggedAsync(LogIds.MessagesLost);

        // Noticed at once or a few seconds later, it goes back into the former log: what comes then misses nothing.
        Assert.InRange(await database.StoredMessagesAsync(), 0, 120);
        await using var goingOn = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, [.. settings, "--Consumer:OnLostMessages=GoOn"]);
        await Eventually.EqualsAsync(2_400, database.EventsAsync);
    }

    [Fact]
    public async Task Offsets_that_transactions_on_Apache_Kafka_take_for_themselves_are_no_loss()
    {
        var kafka = await servers.ApacheKafkaAsync();
        var (settings, topicName) = await CreateTopicAsync(kafka);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        using var producer = new ProducerBuilder<byte[], byte[]>(
            new ProducerConfig { BootstrapServers = kafka.BootstrapServers, TransactionalId = topicName }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        for (var round = 0; round < 3; round++)
        {
            await using var processor = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);
            for (var transaction = 1; transaction <= 4; transaction++)
            {
                producer.BeginTransaction();
                foreach (var usageEvent in SampleEvents.Many(48).Select(usageEvent => usageEvent with { Id = Guid.CreateVersion7() }))
                {
                    producer.Produce(
                        new TopicPartition(topicName, (int)(usageEvent.Sequence % Topics.UsageEventsPartitions)),
                        new Message<byte[], byte[]> { Value = Contracts.Usage.UsageEventJson.Serialize(usageEvent) });
                }

                producer.CommitTransaction();
            }

            await Eventually.EqualsAsync((round + 1) * 4 * 48, database.EventsAsync);
            Assert.Equal(0, processor.Log.Count(LogIds.PartitionJumped) + processor.Log.Count(LogIds.MessagesLost));
        }
    }

    /// <summary>As retention does.</summary>
    private static async Task DeleteAsync(ApacheKafka kafka, string topic, int partition, long before)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, partition, before)]);
    }

    private static async Task<bool> TryCreateAsync(IAdminClient admin, string topic)
    {
        try
        {
            await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = Topics.UsageEventsPartitions, ReplicationFactor = 1 }]);
            return true;
        }
        catch (CreateTopicsException)
        {
            // The old one is not gone yet.
            return false;
        }
    }

    internal static async Task<(string[] Settings, string Topic)> CreateTopicAsync(ApacheKafka kafka)
    {
        var name = $"usage-events-{Guid.NewGuid():N}";
        Hosting.Kafka.Librdkafka.UseSystemLibrary();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = Topics.UsageEventsPartitions, ReplicationFactor = 1 }]);
        return ([$"--Consumer:Topic={name}", $"--Consumer:Group={name}", "--Consumer:BatchMessages=50"], name);
    }
}
