using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Hosting.Kafka;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Hosting.Tests.Kafka;

public sealed class KafkaDependencyTests(TestServers servers)
{
    [Fact]
    public async Task Missing_topics_are_made_in_the_shape_of_the_contract_also_by_two_processes_at_once()
    {
        var kafka = await servers.ApacheKafkaAsync();

        await Task.WhenAll(
            new KafkaDependency(kafka.BootstrapServers).CheckAsync(default), new KafkaDependency(kafka.BootstrapServers).CheckAsync(default));

        using var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await Eventually.EqualsAsync(Topics.UsageEventsPartitions, () => PartitionsAsync(client, Topics.UsageEvents));
        await Eventually.EqualsAsync(Topics.DeadLettersPartitions, () => PartitionsAsync(client, Topics.DeadLetters));
    }

    [Fact]
    public async Task Broker_that_is_not_there_is_an_error_that_names_no_secret_and_comes_in_time()
    {
        var dependency = new KafkaDependency($"127.0.0.1:{FreePort.Next()}");

        await Assert.ThrowsAsync<KafkaException>(() => dependency.CheckAsync(default).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static Task<int> PartitionsAsync(IAdminClient client, string topic) =>
        Task.Run(() => client.GetMetadata(topic, TimeSpan.FromSeconds(5)).Topics.Single().Partitions.Count);
}
