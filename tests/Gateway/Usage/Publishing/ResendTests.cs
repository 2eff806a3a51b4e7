using System.Diagnostics.Metrics;
using Gateway.Contracts.Usage;
using Gateway.Hosting.Kafka;
using Gateway.LocalStack.Servers;
using Gateway.Tests.Fixtures;
using Gateway.Tests.Usage.Journal;
using Gateway.Usage;
using Gateway.Usage.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Usage.Publishing;

public sealed class ResendTests
{
    private const int ClusterAuthorizationFailed = 31;
    private const int Events = 300;

    [Fact]
    public async Task Events_that_a_client_had_when_it_failed_are_sent_by_the_next_one_in_their_order()
    {
        Librdkafka.UseSystemLibrary();
        await using var broker = EmbeddedBroker.Start();
        using var journals = new OwnJournals();
        await using var journal = journals.Open();
        for (var sequence = 1; sequence <= Events; sequence++)
        {
            var end = SampleRecords.End(sequence);
            await OwnJournals.AppendAsync(() => journal.TryAppendEnd(end, hasBegun: false));
        }

        journal.Complete();
        await using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var producer = new UsageProducer(broker.BootstrapServers, TimeProvider.System, NullLogger<UsageProducer>.Instance);
        var options = new UsageOptions(100, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        var pump = new JournalPump(
            journal.Reader, producer, options, new PublishingMetrics(meters.GetRequiredService<IMeterFactory>()), TimeProvider.System);

        // To librdkafka that is final, and by then it has taken what there is.
        broker.RefuseProducers(ClusterAuthorizationFailed);
        await pump.RunAsync(hurry: new CancellationToken(canceled: true), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal((Events, 1), (pump.Delivered, producer.Failures));
        using var consumer = Heartbeats.Consume(broker);
        var byPartition = new Dictionary<int, List<long>>();
        for (var received = 0; received < Events; received++)
        {
            var message = consumer.Consume(TimeSpan.FromSeconds(10));
            Assert.NotNull(message);
            Assert.True(UsageEventJson.TryParse(message.Message.Value, out var usageEvent, out var reason), reason);
            if (!byPartition.TryGetValue(message.Partition, out var sequences))
            {
                byPartition.Add(message.Partition, sequences = []);
            }

            sequences.Add(usageEvent.Sequence);
        }

        Assert.All(byPartition.Values, static sequences => Assert.Equal(sequences.Order(), sequences));
        Assert.Equal(Enumerable.Range(1, Events).Select(static sequence => (long)sequence), byPartition.Values.SelectMany(static sequences => sequences).Order());
    }
}
