using System.Net;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Usage;
using Gateway.Usage.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Usage;

/// <summary>What a client has seen is in the journal; what cannot be written there is not served, or said to be unmetered.</summary>
public sealed class MeteredRequestTests(TestServers servers)
{
    [Fact]
    public async Task Request_is_in_the_journal_before_any_of_its_answer_leaves()
    {
        await using var backend = await Backend.StartAsync(async context =>
        {
            await context.Response.WriteAsync("beginning");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        var journal = gateway.Services.GetRequiredService<UsageJournal>();

        using var response = await client.GetAsync("/v1/long", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(1, journal.Appended);

        // As if this process had died now: all there is of the event is its beginning.
        journal.Complete();
        var usageEvent = Assert.Single(await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 1));
        Assert.Equal(
            ("/v1/long", 200, UsageOutcome.Forwarded, true, 1L),
            (usageEvent.Path, usageEvent.Status, usageEvent.Outcome, usageEvent.Billable, usageEvent.Sequence));
    }

    [Fact]
    public async Task Refused_requests_are_in_the_journal_before_their_answer_leaves_too()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.LimitAsync(customer, "day", 1, 1);
        using var client = gateway.ClientOf(customer);
        using var first = await client.GetAsync("/");
        using var second = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        await Eventually.EqualsAsync(4L, () => Task.FromResult(gateway.Services.GetRequiredService<UsageJournal>().Appended));
    }

    [Fact]
    public async Task While_the_journal_is_full_requests_are_refused_unbilled_and_served_again_when_Kafka_is_back()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend);
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.LimitAsync(customer, "day", 1000, 1000);
        using var client = gateway.ClientOf(customer);
        broker.GoDown();

        await Eventually.IsTrueAsync(async () => await StatusAsync(client) == HttpStatusCode.ServiceUnavailable, "the oldest event is too old");
        var served = backend.Received.Count;
        using (var refused = await client.GetAsync("/"))
        {
            Assert.Equal("urn:gateway:problem:metering-unavailable", (await refused.ReadProblemAsync()).Type());
            Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
        }

        Assert.Equal(served, backend.Received.Count);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await gateway.StatusOfAsync("/health/ready"));
        broker.ComeUp();
        await Eventually.EqualsAsync(HttpStatusCode.OK, () => StatusAsync(client));
        await Eventually.EqualsAsync(HttpStatusCode.OK, () => gateway.StatusOfAsync("/health/ready"));

        // Nothing that was served is missing, and nothing that was refused is there.
        var events = await Topic.EventsAsync(broker, customer.OrganizationId, backend.Received.Count);
        Assert.Equal(Enumerable.Range(1, backend.Received.Count).Select(sequence => (long)sequence), events.Select(usageEvent => usageEvent.Sequence));
    }

    [Fact]
    public async Task Where_requests_shall_go_on_a_full_journal_leaves_holes_in_the_sequence()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend, ("Usage:WhenJournalIsFull", "GoOn"));
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        broker.GoDown();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        var journal = gateway.Services.GetRequiredService<UsageJournal>();
        await Eventually.EqualsAsync(AppendResult.TooOld, () => Task.FromResult(journal.Room));

        for (var request = 0; request < 3; request++)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        }

        Assert.Equal(4, gateway.Services.GetRequiredService<UsageMeter>().LastSequence);
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/health/ready"));
        broker.ComeUp();
        await Eventually.EqualsAsync(AppendResult.Written, () => Task.FromResult(journal.Room));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        var events = await Topic.EventsAsync(broker, customer.OrganizationId, 2);
        Assert.Equal([1, 5], events.Select(usageEvent => usageEvent.Sequence));
    }

    [Fact]
    public async Task Request_that_goes_on_unmetered_is_counted_before_its_answer_leaves()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync(async context =>
        {
            await context.Response.WriteAsync("beginning");
            await context.Response.Body.FlushAsync();
            await Task.Delay(context.Request.Path == "/long" ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, context.RequestAborted);
        });
        await using var gateway = await StartAsync(broker, backend, ("Usage:WhenJournalIsFull", "GoOn"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());
        broker.GoDown();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        await Eventually.EqualsAsync(AppendResult.TooOld, () => Task.FromResult(gateway.Services.GetRequiredService<UsageJournal>().Room));
        var meter = gateway.Services.GetRequiredService<UsageMeter>();
        var unmetered = gateway.Services.GetRequiredService<UnmeteredRequests>();

        using (await client.GetAsync("/long", HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal((1, 2), (unmetered.Total, meter.LastSequence));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        Assert.Equal((2, 3), (unmetered.Total, meter.LastSequence));
        broker.ComeUp();
    }

    [Theory]
    [InlineData("served")]
    [InlineData(null)]
    public async Task Answer_whose_event_cannot_be_written_at_the_last_moment_does_not_leave(string? body)
    {
        var arrived = new TaskCompletionSource();
        var mayAnswer = new TaskCompletionSource();
        await using var backend = await Backend.StartAsync(async context =>
        {
            arrived.SetResult();
            await mayAnswer.Task;
            if (body is null)
            {
                // Headers without a body leave last of all, when the request is over.
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            else
            {
                await context.Response.WriteAsync(body);
            }
        });
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        var request = client.GetAsync("/");
        await arrived.Task;
        gateway.Services.GetRequiredService<UsageJournal>().Complete();
        mayAnswer.SetResult();

        await Assert.ThrowsAsync<HttpRequestException>(() => request);
    }

    private Task<GatewayUnderTest> StartAsync(EmbeddedBroker broker, Backend backend, params (string Name, string Value)[] settings) =>
        GatewayUnderTest.StartAsync(
            servers,
            backend,
            [(EnvironmentVariables.KafkaBootstrapServers, broker.BootstrapServers), ("Usage:JournalMaximumAgeSeconds", "1"), .. settings]);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/");
        return response.StatusCode;
    }
}
