using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gateway.Contracts;
using Gateway.Hosting.Startup;

namespace Gateway.Hosting.Kafka;

/// <summary>A Kafka cluster with our topics. Topics that are missing are made, in the shape that <see cref="Topics"/> says.</summary>
public sealed class KafkaDependency(string bootstrapServers) : IDependency
{
    private const short BrokersDefaultReplication = -1;

    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string Name => $"Kafka at {bootstrapServers}";

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken) => Task.Run(() => EnsureTopicsAsync(cancellationToken), cancellationToken);

    private async Task EnsureTopicsAsync(CancellationToken cancellationToken)
    {
        Librdkafka.UseSystemLibrary();
        using var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers })
            .SetLogHandler(static (_, _) => { }) // The gate says what is wrong, once, instead of librdkafka at every attempt.
            .Build();
        await EnsureTopicAsync(client, Topics.UsageEvents, Topics.UsageEventsPartitions);
        cancellationToken.ThrowIfCancellationRequested();
        await EnsureTopicAsync(client, Topics.DeadLetters, Topics.DeadLettersPartitions);
    }

    private static async Task EnsureTopicAsync(IAdminClient client, string topic, int partitions)
    {
        var metadata = client.GetMetadata(topic, MetadataTimeout).Topics.Single();
        if (!metadata.Error.IsError)
        {
            return;
        }

        if (metadata.Error.Code != ErrorCode.UnknownTopicOrPart)
        {
            throw new KafkaException(metadata.Error);
        }

        try
        {
            await client.CreateTopicsAsync(
                [new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = BrokersDefaultReplication }]);
        }
        catch (CreateTopicsException exception) when (exception.Results.All(result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Another process was faster.
        }
    }
}
