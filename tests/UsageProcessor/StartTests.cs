using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task Processor_waits_at_start_for_its_database_and_says_so()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await using var postgres = await OwnPostgres.StartAsync();
        await postgres.KillAsync();
        await topic.SendAsync(SampleEvents.Many(10));
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, postgres.Database);
        using var client = new HttpClient { BaseAddress = processor.Management };

        var readiness = await Eventually.BecomesAsync(
            () => client.GetStringOfAnyStatusAsync("/health/ready"), answer => answer.Contains("Failed to connect", StringComparison.Ordinal), "why it waits");
        Assert.Contains("PostgreSQL at 127.0.0.1", readiness, StringComparison.Ordinal);
        Assert.Contains("live", await client.GetStringOfAnyStatusAsync("/health/live"), StringComparison.Ordinal);

        await postgres.RestartAsync();
        await Eventually.EqualsAsync(10, postgres.Database.EventsAsync);
        Assert.Contains("ready", await client.GetStringOfAnyStatusAsync("/health/ready"), StringComparison.Ordinal);
    }
}
