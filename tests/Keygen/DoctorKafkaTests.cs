using Gateway.Contracts;
using Gateway.Hosting.Kafka;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>What only a real Kafka tells.</summary>
public sealed class DoctorKafkaTests(TestServers servers) : DoctorTest(servers)
{
    [Fact]
    public async Task Topics_that_are_missing_are_said_and_not_made()
    {
        var kafka = await Servers.ApacheKafkaAsync();
        Variables[EnvironmentVariables.KafkaBootstrapServers] = kafka.BootstrapServers;

        Assert.Equal("failed: not there", await FindAsync("topic usage-events"));
        Assert.Equal("failed: not there", await FindAsync("topic usage-events-dead"));

        await new KafkaDependency(kafka.BootstrapServers).CheckAsync(default);

        // A broker learns of a topic a moment after the controller has made it.
        await Eventually.EqualsAsync("ok: 12 partitions, 1 copy of each, min.insync.replicas 1", () => FindAsync("topic usage-events"));
        await Eventually.EqualsAsync("ok: everything is stored", () => FindAsync("usage-processor"));
        Assert.Equal("ok: 1 broker, first asked at " + kafka.BootstrapServers, await FindAsync("kafka"));
    }
}
