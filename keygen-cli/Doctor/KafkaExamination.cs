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
        // Of its own: asked over a consumer's, librdkafka keeps a processor busy for as long as no broker answers.
        using var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers, ClientId = "keygen" })
            .SetLogHandler(static (_, _) => { })
            .SetErrorHandler(static (_, _) => { })
            .Build();
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
        var copiesNeeded = CopiesNeededAsync(client, metadata);
        var events = metadata.Topics.Find(static topic => topic.Topic == Topics.UsageEvents);
        var behind = new Findings();
        var lag = events is null ? Task.CompletedTask : new KafkaLag(surroundings).RunAsync(consumer, events, behind, cancellationToken);
        Judge(metadata, Topics.UsageEvents, Topics.UsageEventsPartitions, await copiesNeeded, findings);
        Judge(metadata, Topics.DeadLetters, Topics.DeadLettersPartitions, await copiesNeeded, findings);
        await lag;
        findings.Add(behind.Close());
    }

    private static void Judge(Metadata metadata, string name, int partitions, IReadOnlyDictionary<string, int> copiesNeeded, Findings findings)
    {
        var check = $"topic {name}";
        var topic = metadata.Topics.Find(known => known.Topic == name);
        if (topic is null || topic.Error.IsError)
        {
            findings.Fail(check, topic is null ? "not there" : topic.Error.Reason, "a gateway or usage-processor makes it when it starts");
            return;
        }

        var copies = topic.Partitions.Min(static partition => partition.Replicas.Length);
        var leaderless = topic.Partitions.Count(static partition => partition.Leader < 0);
        var behind = topic.Partitions.Count(static partition => partition.InSyncReplicas.Length < partition.Replicas.Length);
        var needed = copiesNeeded.TryGetValue(name, out var number) ? number : (int?)null;
        var seen = $"{Counted.Text(topic.Partitions.Count, "partition")}, {(copies == 1 ? "1 copy" : $"{copies} copies")} of each"
            + (needed is null ? string.Empty : $", min.insync.replicas {needed}");
        if (leaderless > 0)
        {
            findings.Fail(check, $"{seen}, {leaderless} without a leader", "start the brokers that have them: what belongs there waits in the gateways' journals");
        }
        else if (topic.Partitions.Count != partitions)
        {
            findings.Warn(check, seen, $"{partitions} are expected: so many usage-processors can share the work");
        }
        else if (behind > 0)
        {
            findings.Warn(check, $"{seen}, {behind} with a copy that is behind", "start the brokers that are away");
        }
        else if (copies == 1 && metadata.Brokers.Count > 1)
        {
            findings.Warn(check, seen, "raise its replication factor to 3: with one copy, usage is lost with one disk");
        }
        else if (copies > 1 && needed == 1)
        {
            findings.Warn(check, seen, "set min.insync.replicas to 2: an acknowledged event may be on one disk only");
        }
        else
        {
            findings.Ok(check, seen);
        }
    }

    // Not every user may ask, and not every broker answers: a hint is not worth a failure, and not worth waiting for.
    private static async Task<IReadOnlyDictionary<string, int>> CopiesNeededAsync(IAdminClient client, Metadata metadata)
    {
        var needed = new Dictionary<string, int>(StringComparer.Ordinal);
        var topics = metadata.Topics.FindAll(static topic => topic.Topic is Topics.UsageEvents or Topics.DeadLetters);
        if (topics.Count == 0)
        {
            return needed;
        }

        try
        {
            var results = await client.DescribeConfigsAsync(
                topics.Select(static topic => new ConfigResource { Type = ResourceType.Topic, Name = topic.Topic }),
                new DescribeConfigsOptions { RequestTimeout = TimeSpan.FromMilliseconds(500) });
            foreach (var result in results)
            {
                if (result.Entries.TryGetValue("min.insync.replicas", out var entry) && int.TryParse(entry.Value, CultureInfo.InvariantCulture, out var number))
                {
                    needed[result.ConfigResource.Name] = number;
                }
            }
        }
        catch (KafkaException)
        {
            // Then nothing is said of it.
        }

        return needed;
    }
}
