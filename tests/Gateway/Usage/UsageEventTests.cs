using System.Net;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Usage.Publishing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Usage;

public sealed class UsageEventTests(TestServers servers)
{
    [Fact]
    public async Task Forwarded_request_is_one_event_with_what_happened()
    {
        await using var backend = await Backend.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = StatusCodes.Status201Created;
            await context.Response.WriteAsync("created");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);

        using var response = await client.PostAsync("/v1/things?secret=1", new StringContent("0123456789"));

        var usageEvent = Assert.Single(await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 1));
        Assert.Equal(customer.KeyId, usageEvent.ApiKeyId);
        Assert.Equal(backend.Single.Headers["X-Request-Id"], usageEvent.RequestId.ToString());
        Assert.StartsWith("gateway/", usageEvent.Source, StringComparison.Ordinal);
        Assert.Equal(
            ("default", "POST", "/v1/things", 201, UsageOutcome.Forwarded, true, 1L, 10L, 7L),
            (usageEvent.Route, usageEvent.Method, usageEvent.Path, usageEvent.Status, usageEvent.Outcome, usageEvent.Billable,
                usageEvent.Units, usageEvent.RequestBytes, usageEvent.ResponseBytes));
        Assert.InRange(usageEvent.BackendMicroseconds, 1, usageEvent.DurationMicroseconds);
        Assert.InRange(usageEvent.Time, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Every_authenticated_request_is_metered_and_only_what_the_backend_answered_is_billable()
    {
        var clientHasBeginning = new TaskCompletionSource();
        await using var backend = await Backend.StartAsync(async context =>
        {
            var status = int.Parse(context.Request.Path.Value!.AsSpan(1));
            if (status == 0)
            {
                await context.Response.WriteAsync("beginning");
                await context.Response.Body.FlushAsync();
                await clientHasBeginning.Task;
                context.Abort();
                return;
            }

            context.Response.StatusCode = status;
        });
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.LimitAsync(customer, "day", 6, 6);
        using var client = gateway.ClientOf(customer);
        foreach (var status in (int[])[200, 302, 404, 500, 503])
        {
            using var response = await client.GetAsync($"/{status}");
            Assert.Equal(status, (int)response.StatusCode);
        }

        using (var broken = await client.GetAsync("/0", HttpCompletionOption.ResponseHeadersRead))
        {
            clientHasBeginning.SetResult();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => broken.Content.ReadAsStringAsync());
        }

        using var refused = await client.GetAsync("/200");
        using var unauthenticated = await gateway.Client.GetAsync("/200");

        var events = await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 7);
        Assert.Equal(
            [
                (200, UsageOutcome.Forwarded, true),
                (302, UsageOutcome.Forwarded, true),
                (404, UsageOutcome.Forwarded, true),
                (500, UsageOutcome.Forwarded, false),
                (503, UsageOutcome.Forwarded, false),
                (200, UsageOutcome.BackendError, false),
                (429, UsageOutcome.RateLimited, false),
            ],
            events.Select(usageEvent => (usageEvent.Status, usageEvent.Outcome, usageEvent.Billable)));
        Assert.Equal(Enumerable.Range(1, 7).Select(sequence => (long)sequence), events.Select(usageEvent => usageEvent.Sequence));
        Assert.Single(events.Select(usageEvent => usageEvent.Source).Distinct());
    }

    [Fact]
    public async Task Client_that_leaves_before_the_answer_is_recorded_as_499_and_not_billed()
    {
        var arrived = new TaskCompletionSource();
        await using var backend = await Backend.StartAsync(context =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        using var leave = new CancellationTokenSource();

        var request = client.GetAsync("/", leave.Token);
        await arrived.Task;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);

        var usageEvent = Assert.Single(await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 1));
        Assert.Equal((499, UsageOutcome.ClientAborted, false), (usageEvent.Status, usageEvent.Outcome, usageEvent.Billable));
    }

    [Fact]
    public async Task Whatever_a_client_sends_its_event_can_be_stored()
    {
        await using var backend = await Backend.StartAsync();
        var longMethod = new string('M', 100);
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("Proxy:Methods", $"GET,{longMethod}"));
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        using var request = new HttpRequestMessage(new HttpMethod(longMethod), "/" + new string('p', 2000) + "%F0%9F%98%80");

        using var response = await client.SendAsync(request);
        using var withKey = await client.GetAsync("/" + customer.Key);

        var events = await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 2);
        Assert.Equal(32, events[0].Method.Length);
        Assert.Equal(512, events[0].Path.Length);
        Assert.Equal("/(redacted)", events[1].Path);
    }

    [Fact]
    public async Task Stopping_gateway_delivers_what_is_still_waiting()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, (EnvironmentVariables.KafkaBootstrapServers, broker.BootstrapServers), ("Usage:BatchWaitMilliseconds", "60000"));
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        for (var request = 0; request < 42; request++)
        {
            using var response = await client.GetAsync("/");
        }

        await gateway.StopAsync();

        Assert.Equal(42, gateway.Services.GetRequiredService<UsagePublisher>().Delivered);
        Assert.Equal(42, (await Topic.EventsAsync(broker, customer.OrganizationId, 42)).Count);
    }

    [Fact]
    public async Task Requests_go_on_while_Kafka_is_down_and_their_events_arrive_later()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, (EnvironmentVariables.KafkaBootstrapServers, broker.BootstrapServers));
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);

        broker.GoDown();
        for (var request = 0; request < 250; request++)
        {
            using var response = await client.GetAsync("/");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        broker.ComeUp();

        var events = await Topic.EventsAsync(broker, customer.OrganizationId, 250);
        Assert.Equal(Enumerable.Range(1, 250).Select(sequence => (long)sequence), events.Select(usageEvent => usageEvent.Sequence));
    }
}
