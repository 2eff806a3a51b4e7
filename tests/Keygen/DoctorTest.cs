using System.Text.Json;
using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>An installation in which nothing is wrong; Kafka is of its own, and only where a test is about it, because it takes longest.</summary>
public abstract class DoctorTest(TestServers servers) : KeygenTest(servers), IAsyncDisposable
{
    private EmbeddedBroker? _broker;

    protected override async Task PrepareAsync()
    {
        Variables[EnvironmentVariables.RedisUrl] = (await Servers.RedisAsync()).Url;
        await ExecuteAsync("""
            INSERT INTO gateway_instances (id, name, applied_version, maximum_age_seconds) VALUES (gen_random_uuid(), 'a', 1000, 900);
            INSERT INTO usage_sources (source, announced_sequence, announced_at, announced_since) VALUES ('gateway/a', 1, now(), now());
            INSERT INTO consumer_offsets (consumer_group, topic, partition, next_offset) SELECT 'usage-processor', 'usage-events', n, 0 FROM generate_series(0, 11) AS n
            """);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_broker?.DisposeAsync() ?? ValueTask.CompletedTask);
        await base.DisposeAsync();
    }

    /// <summary>Starts a Kafka, and names it.</summary>
    internal EmbeddedBroker StartKafka()
    {
        _broker = EmbeddedBroker.Start();
        Variables[EnvironmentVariables.KafkaBootstrapServers] = _broker.BootstrapServers;
        return _broker;
    }

    /// <summary>With the real clock: it is compared with those of the servers.</summary>
    internal Task<KeygenResult> DoctorAsync(params string[] arguments) =>
        RunAsync(surroundings => surroundings with { Time = TimeProvider.System }, ["doctor", .. arguments]);

    /// <summary>What the checks of this name have found, each as result and what was seen.</summary>
    internal async Task<string> FindAsync(string check)
    {
        var found = Checks(await DoctorAsync("--json")).Where(finding => finding.GetProperty("check").GetString() == check);
        return string.Join('\n', found.Select(finding => $"{finding.GetProperty("result").GetString()}: {finding.GetProperty("seen").GetString()}"));
    }

    internal static IEnumerable<JsonElement> Checks(KeygenResult result) => result.Json.GetProperty("checks").EnumerateArray();

    internal static async Task SendAsync(EmbeddedBroker broker, int messages)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = broker.BootstrapServers, LingerMs = 0 }).Build();
        for (var message = 0; message < messages; message++)
        {
            await producer.ProduceAsync(new TopicPartition(Topics.UsageEvents, 5), new Message<Null, byte[]> { Value = [] });
        }
    }
}
