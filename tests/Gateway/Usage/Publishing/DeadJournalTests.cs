using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Tests.Usage.Journal;

namespace Gateway.Tests.Usage.Publishing;

/// <summary>What a gateway leaves behind another one publishes, and says so in its name.</summary>
public sealed class DeadJournalTests(TestServers servers) : IDisposable
{
    private readonly OwnJournals _journals = new();

    public void Dispose() => _journals.Dispose();

    [Fact]
    public async Task What_a_gateway_could_not_deliver_before_it_stopped_the_next_one_on_its_volume_publishes()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        Customer customer;
        await using (var first = await StartAsync(broker, backend))
        {
            customer = await first.Customers.CreateAsync();
            using var client = first.ClientOf(customer);
            broker.GoDown();
            for (var request = 0; request < 20; request++)
            {
                using var response = await client.GetAsync("/");
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            await first.StopAsync(patience.Token);
        }

        broker.ComeUp();
        await using var second = await StartAsync(broker, backend);

        var events = await Topic.EventsAsync(broker, customer.OrganizationId, 20);
        Assert.Equal(Enumerable.Range(1, 20).Select(sequence => (long)sequence), events.Select(usageEvent => usageEvent.Sequence));
        var heartbeat = await EndOfAsync(broker, Assert.Single(events.Select(usageEvent => usageEvent.Source).Distinct()));
        Assert.Equal(20, heartbeat.LastSequence);
        Assert.Empty(heartbeat.Unanswered);
        await Eventually.EqualsAsync(1, () => Task.FromResult(_journals.Directory.Journals().Count));
    }

    [Fact]
    public async Task Journal_that_is_found_while_a_gateway_runs_is_published_too_and_sequences_of_no_event_are_named()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend, ("Usage:JournalAdoptionSeconds", "1"));
        string source;
        await using (var dead = _journals.Open())
        {
            source = dead.Source;
            dead.TryAppendBegin(SampleRecords.Begin(1));
            dead.TryAppendEnd(SampleRecords.End(2), hasBegun: false);

            // 3 was minted, and then the gateway was killed.
            dead.TryAppendEnd(SampleRecords.End(4), hasBegun: false);
        }

        var heartbeat = await EndOfAsync(broker, source);

        Assert.Equal(4, heartbeat.LastSequence);
        Assert.Equal([new SequenceRange(3, 3)], heartbeat.Unanswered);

        // Deleted once Kafka has confirmed it, which may be a moment after it is read here.
        await Eventually.EqualsAsync(1, () => Task.FromResult(_journals.Directory.Journals().Count));
    }

    private static async Task<UsageHeartbeat> EndOfAsync(EmbeddedBroker broker, string source)
    {
        using var consumer = Heartbeats.Consume(broker);
        return await Heartbeats.NextAsync(consumer, heartbeat => heartbeat.Ended && heartbeat.Source == source);
    }

    private Task<GatewayUnderTest> StartAsync(EmbeddedBroker broker, Backend backend, params (string Name, string Value)[] settings) =>
        GatewayUnderTest.StartAsync(
            servers,
            backend,
            [
                (EnvironmentVariables.KafkaBootstrapServers, broker.BootstrapServers),
                ("Usage:JournalDirectory", _journals.Path),
                .. settings,
            ]);
}
