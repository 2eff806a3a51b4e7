using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Proxying;

public sealed class OrganizationBackendTests(TestServers servers, SharedGateway shared) : IClassFixture<SharedGateway>
{
    [Fact]
    public async Task Requests_go_to_the_organizations_own_backend_and_those_of_others_to_the_default()
    {
        await using var own = await Backend.StartAsync();
        var (first, second) = (await shared.Gateway.Customers.CreateAsync(), await shared.Gateway.Customers.CreateAsync());
        await shared.Gateway.GiveBackendAsync(first, [own.Address + "/base"]);
        using var firstClient = shared.Gateway.ClientOf(first);
        using var secondClient = shared.Gateway.ClientOf(second);

        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(firstClient, "/mine?x=1"));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(secondClient, "/theirs"));

        Assert.Equal("/base/mine?x=1", own.Single.Target);
        Assert.Equal(first.OrganizationId.ToString(), own.Single.Headers["X-Organization-Id"]);
        Assert.Equal("/theirs", Assert.Single(shared.ReceivedFrom(second)).Target);
    }

    [Fact]
    public async Task First_request_after_a_backend_was_set_waits_for_it_instead_of_failing()
    {
        for (var round = 0; round < 5; round++)
        {
            var customer = await shared.Gateway.Customers.CreateAsync();
            await using var own = await Backend.StartAsync();
            using var client = shared.Gateway.ClientOf(customer);
            await shared.Gateway.GiveBackendAsync(customer, [own.Address]);

            Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(client, "/"));
            Assert.Single(own.Received);
            Assert.Empty(shared.ReceivedFrom(customer));
        }
    }

    [Fact]
    public async Task Backend_that_is_changed_or_taken_away_is_so_for_the_next_requests()
    {
        await using var old = await Backend.StartAsync();
        await using var now = await Backend.StartAsync();
        var customer = await shared.Gateway.Customers.CreateAsync();
        using var client = shared.Gateway.ClientOf(customer);

        await shared.Gateway.GiveBackendAsync(customer, [old.Address]);
        await StatusOfAsync(client, "/");
        Assert.Single(old.Received);

        await shared.Gateway.GiveBackendAsync(customer, [now.Address]);
        await Eventually.IsTrueAsync(async () => await StatusOfAsync(client, "/") == HttpStatusCode.OK && !now.Received.IsEmpty, "the new address is used");

        await shared.Gateway.TakeBackendAsync(customer);
        await StatusOfAsync(client, "/again");
        Assert.Equal("/again", Assert.Single(shared.ReceivedFrom(customer)).Target);
    }

    [Fact]
    public async Task Route_to_another_cluster_means_that_cluster_for_everybody()
    {
        await using var standard = await Backend.StartAsync();
        await using var reports = await Backend.StartAsync();
        await using var own = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers,
            standard,
            ("ReverseProxy:Routes:reports:ClusterId", "reports"),
            ("ReverseProxy:Routes:reports:Match:Path", "/reports/{**path}"),
            ("ReverseProxy:Clusters:reports:Destinations:one:Address", reports.Address));
        var customer = await gateway.Customers.CreateAsync();
        await gateway.GiveBackendAsync(customer, [own.Address]);
        using var client = gateway.ClientOf(customer);

        await StatusOfAsync(client, "/reports/1");
        await StatusOfAsync(client, "/else");

        Assert.Equal("/reports/1", reports.Single.Target);
        Assert.Equal("/else", own.Single.Target);
    }

    [Fact]
    public async Task Backend_that_may_not_be_used_is_refused_and_never_replaced_by_the_default_and_keeps_no_other_from_changing()
    {
        (string Address, HttpStatusCode Expected)[] backends =
        [
            ("http://169.254.169.254/", HttpStatusCode.BadGateway),
            ("http://[::ffff:169.254.169.254]/", HttpStatusCode.BadGateway),
            ("http://0.0.0.0/", HttpStatusCode.BadGateway),
            ("http://user:password@127.0.0.1/", HttpStatusCode.ServiceUnavailable),
            ("http://:80/", HttpStatusCode.ServiceUnavailable),
        ];
        await using var own = await Backend.StartAsync();
        foreach (var (address, expected) in backends)
        {
            var customer = await shared.Gateway.Customers.CreateAsync();
            await shared.Gateway.GiveBackendAsync(customer, [address]);
            using var client = shared.Gateway.ClientOf(customer);

            using var response = await client.GetAsync("/");

            Assert.Equal((address, expected), (address, response.StatusCode));
            Assert.Equal("urn:gateway:problem:backend-unavailable", (await response.ReadProblemAsync()).Type());
            Assert.Equal(expected == HttpStatusCode.ServiceUnavailable, response.Headers.RetryAfter is not null);
            Assert.Empty(shared.ReceivedFrom(customer));
        }

        var sound = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.GiveBackendAsync(sound, [own.Address]);
        using var soundClient = shared.Gateway.ClientOf(sound);
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(soundClient, "/"));
        Assert.Single(own.Received);
    }

    [Fact]
    public async Task Addresses_share_an_organizations_requests_and_no_other_organizations_count()
    {
        await using var left = await Backend.StartAsync();
        await using var right = await Backend.StartAsync();
        var customers = new[] { await shared.Gateway.Customers.CreateAsync(), await shared.Gateway.Customers.CreateAsync() };
        foreach (var customer in customers)
        {
            await shared.Gateway.GiveBackendAsync(customer, [left.Address, right.Address], loadBalancing: "round-robin");
        }

        using var first = shared.Gateway.ClientOf(customers[0]);
        using var second = shared.Gateway.ClientOf(customers[1]);

        // Alternating organizations: with one count for both, each would always get the same address.
        for (var round = 0; round < 4; round++)
        {
            await StatusOfAsync(first, "/");
            await StatusOfAsync(second, "/");
        }

        foreach (var backend in new[] { left, right })
        {
            var counts = backend.Received.CountBy(request => request.Headers["X-Organization-Id"]);
            Assert.Equal([2, 2], counts.Select(count => count.Value));
        }
    }

    [Fact]
    public async Task First_means_the_first_address_as_long_as_it_answers()
    {
        await using var standby = await Backend.StartAsync();
        await using var primary = await Backend.StartAsync();
        var customer = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.GiveBackendAsync(customer, [primary.Address, standby.Address], loadBalancing: "first");
        using var client = shared.Gateway.ClientOf(customer);

        await StatusOfAsync(client, "/1");
        await StatusOfAsync(client, "/2");
        Assert.Equal((2, 0), (primary.Received.Count, standby.Received.Count));

        await primary.DisposeAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(client, "/3"));
        Assert.Equal("/3", standby.Single.Target);
    }

    [Fact]
    public async Task Address_whose_health_path_fails_gets_no_requests_until_it_is_well_again()
    {
        var isWell = true;
        await using var sound = RawBackend.Start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var sick = RawBackend.Start(connection => connection.SendAsync(
            $"HTTP/1.1 {(Volatile.Read(ref isWell) ? "200 OK" : "503 Service Unavailable")}\r\nX-Sick: yes\r\nContent-Length: 0\r\n\r\n"));
        var customer = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.GiveBackendAsync(customer, [sound.Address, sick.Address], loadBalancing: "round-robin", healthPath: "/health?deep=1");
        using var client = shared.Gateway.ClientOf(customer);

        Volatile.Write(ref isWell, false);
        await Eventually.EqualsAsync(0, () => AnswersOfTheSickAsync(client));
        Assert.Contains(sick.Heads, head => head.StartsWith("GET /health?deep=1 HTTP/1.1", StringComparison.Ordinal));
        Assert.DoesNotContain(sick.Heads, head => head.Contains("YARP", StringComparison.OrdinalIgnoreCase));

        Volatile.Write(ref isWell, true);
        await Eventually.EqualsAsync(2, () => AnswersOfTheSickAsync(client));
    }

    [Fact]
    public async Task Http2_is_spoken_without_tls_where_the_backend_is_set_so()
    {
        await using var raw = RawBackend.StartHanging();
        var customer = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.GiveBackendAsync(customer, [raw.Address], protocol: "http2", timeoutSeconds: 1);
        using var client = shared.Gateway.ClientOf(customer);

        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusOfAsync(client, "/"));
        Assert.StartsWith("PRI * HTTP/2.0", Assert.Single(raw.Heads), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusOfAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return response.StatusCode;
    }

    private static async Task<int> AnswersOfTheSickAsync(HttpClient client)
    {
        var count = 0;
        for (var time = 0; time < 4; time++)
        {
            using var response = await client.GetAsync("/");
            count += response.Headers.Contains("X-Sick") ? 1 : 0;
        }

        return count;
    }
}
