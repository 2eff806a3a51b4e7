using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gateway.Contracts;
using Gateway.Hosting.Kafka;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Doctor;

/// <summary>Kafka: its brokers, our topics, and how far the usage-processors are behind.</summary>
internal sealed class KafkaExamination(Surroundings surroundings) : IExamination
{
    /// <summary>librdkafka's own calls block and know no token.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public string Name => "kafka";

    public string Advice => $"start Kafka, or set {EnvironmentVariables.KafkaBootstrapServers} right: until then usage waits in the gateways' journals";

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(surroundings.Variable(EnvironmentVariables.KafkaBootstrapServers)))
        {
            findings.Skip(Name, $"{EnvironmentVariables.KafkaBootstrapServers} is not set");
            return;
        }

        var servers = KafkaServers.Of(surroundings);
        Librdkafka.UseSystemLibrary();
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = servers, ClientId = "keygen", GroupId = "keygen-doctor", EnableAutoCommit = false })
            .SetLogHandler(static (_, _) => { })
            .SetErrorHandler(static (_, _) => { })
            .Build();
        using var client = new DependentAdminClientBuilder(consumer.Handle).Build();
        Metadata metadata;
        try
        {
            // Of all topics: to ask for one would make it, on brokers that are set so.
            metadata = client.GetMetadata(Timeout);
        }
        catch (KafkaException exception)
        {
            findings.Fail(Name, $"Kafka at {servers} cannot be reached: {exception.Error.Reason}", Advice);
            return;
        }

        findings.Ok(Name, $"{Counted.Text(metadata.Brokers.Count, "broker")}, first asked at {servers}");
        var events = await TopicAsync(client, metadata, Topics.UsageEvents, Topics.UsageEventsPartitions, findings);
        await TopicAsync(client, metadata, Topics.DeadLetters, Topics.DeadLettersPartitions, findings);
        if (events is not null)
        {
            await new KafkaLag(surroundings).RunAsync(consumer, events, findings, cancellationToken);
        }
    }

    private static async Task<TopicMetadata?> TopicAsync(IAdminClient client, Metadata metadata, string name, int partitions, Findings findings)
    {
        var check = $"topic {name}";
        var topic = metadata.Topics.Find(known => known.Topic == name);
        if (topic is null || topic.Error.IsError)
        {
            findings.Fail(check, topic is null ? "not there" : topic.Error.Reason, "a gateway or usage-processor makes it when it starts");
            return null;
        }

        var copies = topic.Partitions.Min(static partition => partition.Replicas.Length);
        var leaderless = topic.Partitions.Count(static partition => partition.Leader < 0);
        var behind = topic.Partitions.Count(static partition => partition.InSyncReplicas.Length < partition.Replicas.Length);
        var acknowledged = await InSyncNeededAsync(client, name);
        var seen = $"{Counted.Text(topic.Partitions.Count, "partition")}, {(copies == 1 ? "1 copy" : $"{copies} copies")} of each"
            + (acknowledged is null ? string.Empty : $", min.insync.replicas {acknowledged}");
        switch (true)
        {
            case true when leaderless > 0:
                findings.Fail(check, $"{seen}, {leaderless} without a leader", "start the brokers that have them: what belongs there waits in the gateways' journals");
                break;
            case true when topic.Partitions.Count != partitions:
                findings.Warn(check, seen, $"{partitions} are expected: so many usage-processors can share the work");
                break;
            case true when behind > 0:
                findings.Warn(check, $"{seen}, {behind} with a copy that is behind", "start the brokers that are away");
                break;
            case true when copies == 1 && metadata.Brokers.Count > 1:
                findings.Warn(check, seen, "raise its replication factor to 3: with one copy, usage is lost with one disk");
                break;
            case true when copies > 1 && acknowledged == 1:
                findings.Warn(check, seen, "set min.insync.replicas to 2: an acknowledged event may be on one disk only");
                break;
            default:
                findings.Ok(check, seen);
                break;
        }

        return topic;
    }

    // Not every user may ask, and not every broker answers: a hint is not worth a failure.
    private static async Task<int?> InSyncNeededAsync(IAdminClient client, string topic)
    {
        try
        {
            var results = await client.DescribeConfigsAsync(
                [new ConfigResource { Type = ResourceType.Topic, Name = topic }], new DescribeConfigsOptions { RequestTimeout = TimeSpan.FromSeconds(1) });
            return results[0].Entries.TryGetValue("min.insync.replicas", out var entry) && int.TryParse(entry.Value, CultureInfo.InvariantCulture, out var needed) ? needed : null;
        }
        catch (KafkaException)
        {
            return null;
        }
    }
}
