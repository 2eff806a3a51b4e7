using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Usage.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Usage;

/// <summary>A gateway tells how far its sequence has got, so that even the loss of its last events is seen.</summary>
public sealed class HeartbeatTests(TestServers servers)
{
    [Fact]
    public async Task Gateway_tells_at_once_and_then_regularly_what_it_has_minted()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend);
        using var consumer = Heartbeats.Consume(broker);
        Assert.Equal((0L, false), Told(await Heartbeats.NextAsync(consumer, _ => true)));

        await RequestAsync(gateway, 3);
        var heartbeat = await Heartbeats.NextAsync(consumer, heartbeat => heartbeat.LastSequence > 0);

        Assert.Equal((3L, false), Told(await Heartbeats.NextAsync(consumer, later => later.LastSequence == 3)));
        var usageEvent = await LastEventAsync(broker, count: 3);
        Assert.Equal(usageEvent.Source, heartbeat.Source);
        Assert.InRange(heartbeat.Time, usageEvent.Time.AddMinutes(-1), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Gateway_that_stops_cleanly_says_so_after_its_last_event()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend, ("Usage:BatchWaitMilliseconds", "60000"), ("Usage:HeartbeatSeconds", "3600"));
        await RequestAsync(gateway, 7);

        await gateway.StopAsync();

        using var consumer = Heartbeats.Consume(broker);
        Assert.Equal((7L, true), Told(await Heartbeats.NextAsync(consumer, heartbeat => heartbeat.Ended)));
        Assert.Equal(7, (await LastEventAsync(broker, count: 7)).Sequence);
    }

    [Fact]
    public async Task Gateway_that_cannot_deliver_its_events_does_not_say_that_it_has_ended()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend, ("Usage:HeartbeatSeconds", "3600"));
        using var consumer = Heartbeats.Consume(broker);
        Assert.Equal((0L, false), Told(await Heartbeats.NextAsync(consumer, _ => true)));
        broker.GoDown();
        await RequestAsync(gateway, 1);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await gateway.StopAsync(patience.Token);
        broker.ComeUp();

        Assert.DoesNotContain(Heartbeats.Read(consumer), heartbeat => heartbeat.Ended);
    }

    [Fact]
    public async Task Requests_under_way_are_told_as_pending_until_they_have_ended()
    {
        await using var broker = EmbeddedBroker.Start();
        var mayEnd = new TaskCompletionSource();
        await using var backend = await Backend.StartAsync(async context =>
        {
            await context.Response.WriteAsync("beginning");
            if (context.Request.Path == "/long")
            {
                await context.Response.Body.FlushAsync();
                await mayEnd.Task;
            }
        });
        await using var gateway = await StartAsync(broker, backend);
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());
        using var consumer = Heartbeats.Consume(broker);

        using (var response = await client.GetAsync("/long", HttpCompletionOption.ResponseHeadersRead))
        {
            using var other = await client.GetAsync("/");

            // The other one is pending, too, until Kafka has confirmed it.
            await Heartbeats.NextAsync(consumer, heartbeat => heartbeat.LastSequence == 2 && heartbeat.Pending.SequenceEqual([new SequenceRange(1, 1)]));
            mayEnd.SetResult();
            await response.Content.ReadAsStringAsync();
        }

        await Heartbeats.NextAsync(consumer, heartbeat => heartbeat.Pending.Count == 0);
    }

    [Fact]
    public async Task Sequence_whose_request_was_taken_back_is_unanswered()
    {
        await using var broker = EmbeddedBroker.Start();
        var arrived = new TaskCompletionSource();
        var mayAnswer = new TaskCompletionSource();
        await using var backend = await Backend.StartAsync(async context =>
        {
            arrived.SetResult();
            await mayAnswer.Task;
            await context.Response.WriteAsync("served");
        });
        await using var gateway = await StartAsync(broker, backend);
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());
        var request = client.GetAsync("/");
        await arrived.Task;
        gateway.Services.GetRequiredService<UsageJournal>().Complete();
        mayAnswer.SetResult();
        await Assert.ThrowsAsync<HttpRequestException>(() => request);

        await gateway.StopAsync();

        using var consumer = Heartbeats.Consume(broker);
        var heartbeat = await Heartbeats.NextAsync(consumer, heartbeat => heartbeat.Ended);
        Assert.Equal(1, heartbeat.LastSequence);
        Assert.Equal([new SequenceRange(1, 1)], heartbeat.Unanswered);
    }

    private static (long LastSequence, bool Ended) Told(UsageHeartbeat heartbeat) => (heartbeat.LastSequence, heartbeat.Ended);

    private static async Task RequestAsync(GatewayUnderTest gateway, int count)
    {
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());
        for (var request = 0; request < count; request++)
        {
            using var response = await client.GetAsync("/");
        }
    }

    private static async Task<UsageEvent> LastEventAsync(EmbeddedBroker broker, int count)
    {
        using var consumer = Heartbeats.Consume(broker);
        var events = new List<UsageEvent>();
        await Eventually.IsTrueAsync(
            () => Task.Run(() =>
            {
                while (consumer.Consume(Heartbeats.ReadTimeout) is { } result)
                {
                    if (UsageEventJson.TryParse(result.Message.Value, out var usageEvent, out _))
                    {
                        events.Add(usageEvent);
                    }
                }

                return events.Count >= count;
            }),
            "events");
        return events.MaxBy(usageEvent => usageEvent.Sequence)!;
    }

    private Task<GatewayUnderTest> StartAsync(EmbeddedBroker broker, Backend backend, params (string Name, string Value)[] settings) =>
        GatewayUnderTest.StartAsync(
            servers,
            backend,
            [(EnvironmentVariables.KafkaBootstrapServers, broker.BootstrapServers), ("Usage:HeartbeatSeconds", "1"), .. settings]);
}
