using System.Net;
using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Tests.Usage.Journal;
using Gateway.Usage.Journal;
using Gateway.Usage.Publishing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Usage.Publishing;

/// <summary>Whatever happens between the gateway and Kafka, what is in the journal arrives.</summary>
public sealed class PublishingTests(TestServers servers)
{
    private const int NotLeaderForPartition = 6;
    private const int TopicAuthorizationFailed = 29;
    private const int ClusterAuthorizationFailed = 31;
    private const int OutOfOrderSequenceNumber = 45;

    // More than the publisher holds in memory.
    private const int Backlog = 25_000;

    [Fact]
    public async Task Backlog_of_any_size_waits_on_disk_while_Kafka_is_away_and_then_arrives()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend);
        broker.GoDown();

        await AppendAsync(gateway, Backlog);
        broker.ComeUp();

        await DeliveredAsync(gateway, Backlog);
        await Eventually.EqualsAsync(
            TimeSpan.Zero, () => Task.FromResult(gateway.Services.GetRequiredService<UsageJournal>().OldestAge));
    }

    [Fact]
    public async Task Gateway_that_starts_while_Kafka_is_away_serves_and_delivers_later()
    {
        await using var broker = EmbeddedBroker.Start();
        broker.GoDown();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend);
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        broker.ComeUp();
        Assert.Single(await Topic.EventsAsync(broker, customer.OrganizationId, 1));
    }

    [Theory]
    [InlineData(TopicAuthorizationFailed)]
    [InlineData(NotLeaderForPartition)]
    [InlineData(OutOfOrderSequenceNumber)]
    public async Task Events_that_Kafka_refuses_are_sent_again_until_it_takes_them(int error)
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend);
        await AppendAsync(gateway, 100);
        await DeliveredAsync(gateway, 100);

        broker.RefuseToWrite([.. Enumerable.Repeat(error, 20)]);
        await AppendAsync(gateway, 200, from: 101);

        await DeliveredAsync(gateway, 300);
        await gateway.StopAsync();
        Assert.True(gateway.Services.GetRequiredService<UsagePublisher>().IsDrained);
    }

    [Fact]
    public async Task Client_that_has_failed_for_good_is_replaced_and_nothing_it_had_is_lost()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();

        // To librdkafka that is final.
        broker.RefuseProducers(ClusterAuthorizationFailed, ClusterAuthorizationFailed);
        await using var gateway = await StartAsync(broker, backend);
        await AppendAsync(gateway, 300);

        await DeliveredAsync(gateway, 300);
        Assert.Equal(2, gateway.Services.GetRequiredService<UsageProducer>().Failures);
    }

    private static async Task AppendAsync(GatewayUnderTest gateway, int count, int from = 1)
    {
        var journal = gateway.Services.GetRequiredService<UsageJournal>();
        for (var sequence = from; sequence < from + count; sequence++)
        {
            var end = SampleRecords.End(sequence);
            await OwnJournals.AppendAsync(() => journal.TryAppendEnd(end, hasBegun: false));
        }
    }

    private static Task DeliveredAsync(GatewayUnderTest gateway, int count) => Eventually.IsTrueAsync(
        () => Task.FromResult(gateway.Services.GetRequiredService<UsagePublisher>().Delivered == count), $"{count} events are delivered");

    private Task<GatewayUnderTest> StartAsync(EmbeddedBroker broker, Backend backend) =>
        GatewayUnderTest.StartAsync(servers, backend, (EnvironmentVariables.KafkaBootstrapServers, broker.BootstrapServers));
}
