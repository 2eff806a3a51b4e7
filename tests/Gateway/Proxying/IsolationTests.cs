using System.Diagnostics;
using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Proxying;

/// <summary>One slow or dead backend never hurts another tenant.</summary>
public sealed class IsolationTests(TestServers servers, SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const int Pending = 300;

    [Fact]
    public async Task Backend_that_hangs_with_hundreds_of_requests_changes_nothing_for_another_organization()
    {
        await using var hanging = RawBackend.StartHanging();
        var (slow, other) = (await shared.Gateway.Customers.CreateAsync(), await shared.Gateway.Customers.CreateAsync());
        await shared.Gateway.GiveBackendAsync(slow, [hanging.Address]);
        await shared.Gateway.Customers.LimitAsync(other, "minute", 1_000_000, 1_000_000);
        using var slowClient = shared.Gateway.ClientOf(slow);
        using var otherClient = shared.Gateway.ClientOf(other);
        await MeasureAsync(otherClient);

        var before = await MeasureAsync(otherClient);
        var stuck = Enumerable.Range(0, Pending).Select(_ => slowClient.GetAsync("/")).ToArray();
        await Eventually.EqualsAsync(Pending, () => Task.FromResult(hanging.Heads.Count));
        var during = await MeasureAsync(otherClient);

        // Generous: two cores and other tests. A queue behind the hanging ones would take until their timeout, 100 s.
        Assert.True(during < (10 * before) + TimeSpan.FromSeconds(2), $"p99 was {before.TotalMilliseconds} ms and became {during.TotalMilliseconds} ms");
        Assert.DoesNotContain(stuck, task => task.IsCompleted);
        slowClient.CancelPendingRequests();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(stuck));
    }

    [Fact]
    public async Task Requests_over_the_most_that_may_be_under_way_are_refused_at_once_and_only_that_organizations()
    {
        await using var hanging = RawBackend.StartHanging();
        await using var sound = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, sound, ("Proxy:MaximumInFlight", "5"));
        var (slow, other) = (await gateway.Customers.CreateAsync(), await gateway.Customers.CreateAsync());
        await gateway.GiveBackendAsync(slow, [hanging.Address]);
        using var slowClient = gateway.ClientOf(slow);
        using var otherClient = gateway.ClientOf(other);
        var stuck = Enumerable.Range(0, 5).Select(_ => slowClient.GetAsync("/")).ToArray();
        await Eventually.EqualsAsync(5, () => Task.FromResult(hanging.Heads.Count));

        using (var refused = await slowClient.GetAsync("/"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        }

        using (var fine = await otherClient.GetAsync("/"))
        {
            Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
        }

        // Those that were given up make room.
        slowClient.CancelPendingRequests();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(stuck));
        using var again = new CancellationTokenSource();
        await Eventually.IsTrueAsync(
            () =>
            {
                _ = IgnoreAsync(slowClient.GetAsync("/", again.Token));
                return Task.FromResult(hanging.Heads.Count > 5);
            },
            "room for another request");
        await again.CancelAsync();
    }

    [Fact]
    public async Task Destination_that_refuses_is_answered_for_at_once_until_it_is_back()
    {
        var isBroken = true;
        await using var backend = RawBackend.Start(connection =>
        {
            if (Volatile.Read(ref isBroken))
            {
                connection.Reset();
                return Task.CompletedTask;
            }

            return connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        await using var sound = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, sound, ("Proxy:BreakSeconds", "3"), ("Proxy:BreakMinimumRequests", "4"));
        var customer = await gateway.Customers.CreateAsync();
        await gateway.GiveBackendAsync(customer, [backend.Address]);
        using var client = gateway.ClientOf(customer);
        for (var request = 0; request < 4; request++)
        {
            using var response = await client.PostAsync("/", content: null);
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        }

        var seen = backend.Heads.Count;
        using (var response = await client.GetAsync("/"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
            Assert.Equal("urn:gateway:problem:backend-unavailable", (await response.ReadProblemAsync()).Type());
        }

        Assert.Equal(seen, backend.Heads.Count);
        Volatile.Write(ref isBroken, false);
        await Eventually.EqualsAsync(HttpStatusCode.OK, async () =>
        {
            using var response = await client.GetAsync("/");
            return response.StatusCode;
        });
    }

    [Fact]
    public async Task Open_destination_is_left_out_of_balancing_for_requests_that_cannot_be_retried_too()
    {
        using var closed = new ClosedPort();
        await using var sound = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers,
            sound,
            ("ReverseProxy:Clusters:default:Destinations:closed:Address", closed.Address),
            ("ReverseProxy:Clusters:default:LoadBalancingPolicy", "RoundRobin"),
            ("Proxy:BreakSeconds", "300"),
            ("Proxy:BreakMinimumRequests", "4"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        // Every other one fails until the destination is known for it.
        var statuses = new List<HttpStatusCode>();
        for (var request = 0; request < 20; request++)
        {
            using var response = await client.PostAsync("/", new StringContent("body"));
            statuses.Add(response.StatusCode);
        }

        Assert.Equal(4, statuses.Count(status => status == HttpStatusCode.BadGateway));
        Assert.Equal(16, sound.Received.Count);
    }

    [Fact]
    public async Task Connection_of_one_organization_outlives_changes_of_others()
    {
        await using var keepAlive = RawBackend.Start(async connection =>
        {
            do
            {
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
            while (await connection.ReadHeadAsync() is not null);
        });
        var steady = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.GiveBackendAsync(steady, [keepAlive.Address]);
        using var client = shared.Gateway.ClientOf(steady);
        for (var change = 0; change < 3; change++)
        {
            using var response = await client.GetAsync("/");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var customer = await shared.Gateway.Customers.CreateAsync();
            await shared.Gateway.GiveBackendAsync(customer, [shared.Backend.Address]);
            await Eventually.IsTrueAsync(() => Task.FromResult(shared.Gateway.KnowsClusterOf(customer.OrganizationId)), "the change is taken over");
        }

        Assert.Equal(1, keepAlive.Connections);
    }

    /// <summary>The 99th percentile of 200 requests, one after the other.</summary>
    private static async Task<TimeSpan> MeasureAsync(HttpClient client)
    {
        var times = new List<TimeSpan>();
        for (var request = 0; request < 200; request++)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await client.GetAsync("/");
            times.Add(Stopwatch.GetElapsedTime(started));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        times.Sort();
        return times[(times.Count * 99 / 100) - 1];
    }

    private static async Task IgnoreAsync(Task<HttpResponseMessage> request)
    {
        try
        {
            using var response = await request;
        }
        catch (OperationCanceledException)
        {
            // Given up.
        }
    }
}
