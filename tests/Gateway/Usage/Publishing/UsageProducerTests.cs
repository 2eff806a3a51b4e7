using System.Text;
using Confluent.Kafka;
using Gateway.Hosting.Kafka;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Usage.Publishing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Usage.Publishing;

public sealed class UsageProducerTests
{
    private const int ClusterAuthorizationFailed = 31;

    [Fact]
    public async Task Message_that_the_next_client_takes_is_not_said_to_have_failed_with_the_last_one()
    {
        Librdkafka.UseSystemLibrary();
        await using var broker = EmbeddedBroker.Start();

        // To librdkafka that is final.
        broker.RefuseProducers(ClusterAuthorizationFailed);
        using var producer = new UsageProducer(broker.BootstrapServers, TimeProvider.System, NullLogger<UsageProducer>.Instance);
        Assert.False(await TryDeliverAsync(producer));

        // Until there is another client: as somebody does who says something for the last time.
        await Eventually.IsTrueAsync(() => TryDeliverAsync(producer), "it is delivered");

        using var consumer = Heartbeats.Consume(broker);
        var messages = 0;
        while (consumer.Consume(TimeSpan.FromSeconds(messages == 0 ? 10 : 1)) is not null)
        {
            messages++;
        }

        Assert.Equal(1, messages);
    }

    private static Task<bool> TryDeliverAsync(UsageProducer producer) => producer.TryDeliverAsync(
        new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes("key"), Value = Encoding.UTF8.GetBytes("value") },
        TestContext.Current.CancellationToken);
}
