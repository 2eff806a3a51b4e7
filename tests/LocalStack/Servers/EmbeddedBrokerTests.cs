using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Hosting.Kafka;
using Gateway.LocalStack.Servers;

namespace Gateway.LocalStack.Tests.Servers;

public sealed class EmbeddedBrokerTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    public ValueTask InitializeAsync()
    {
        Librdkafka.UseSystemLibrary();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task EmbeddedBroker_idempotent_producer_reaches_a_consumer_group()
    {
        using var producer = Producer();
        await producer.ProduceAsync(Topics.UsageEvents, new() { Key = "organization", Value = "event" });

        using var consumer = Consumer();
        consumer.Subscribe(Topics.UsageEvents);
        var consumed = consumer.Consume(TimeSpan.FromSeconds(30));

        Assert.Equal("event", consumed?.Message.Value);
    }

    [Fact]
    public void EmbeddedBroker_topics_have_the_shape_that_the_contracts_say()
    {
        using var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _broker.BootstrapServers }).Build();

        var topic = client.GetMetadata(Topics.UsageEvents, TimeSpan.FromSeconds(30)).Topics.Single();

        Assert.Equal(Topics.UsageEventsPartitions, topic.Partitions.Count);
    }

    [Fact]
    public async Task EmbeddedBroker_that_is_down_takes_nothing_and_delivers_when_it_is_back()
    {
        using var producer = Producer();
        await producer.ProduceAsync(Topics.UsageEvents, new() { Key = "organization", Value = "before" });

        _broker.GoDown();
        var delivery = producer.ProduceAsync(Topics.UsageEvents, new() { Key = "organization", Value = "while down" });
        Assert.NotEqual(delivery, await Task.WhenAny(delivery, Task.Delay(TimeSpan.FromSeconds(2))));

        _broker.ComeUp();
        var delivered = await delivery.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(PersistenceStatus.Persisted, delivered.Status);
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private IProducer<string, string> Producer() =>
        new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = _broker.BootstrapServers,
            EnableIdempotence = true,
            CompressionType = CompressionType.Snappy,
            ReconnectBackoffMaxMs = 500,
        }).SetLogHandler(static (_, _) => { }).Build();

    private IConsumer<string, string> Consumer() =>
        new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = _broker.BootstrapServers,
            GroupId = Topics.UsageProcessorGroup,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).SetLogHandler(static (_, _) => { }).Build();
}
