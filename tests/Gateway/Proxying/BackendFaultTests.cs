using System.Net;
using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Proxying;

public sealed class BackendFaultTests(TestServers servers, SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string Address = "ReverseProxy:Clusters:default:Destinations:default:Address";
    private const string ActivityTimeout = "ReverseProxy:Clusters:default:HttpRequest:ActivityTimeout";
    private const string RouteTimeout = "ReverseProxy:Routes:default:Timeout";

    [Fact]
    public async Task Backend_that_breaks_off_or_sends_garbage_before_an_answer_is_a_502_problem()
    {
        string[] answers =
        [
            "",
            "HTTP/1.1 200 OK\r\nContent-Le",
            "SSH-2.0-OpenSSH_9.2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
            "\0\0\0\0",
            "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            $"HTTP/1.1 200 OK\r\nX-Large: {new string('x', 70_000)}\r\nContent-Length: 0\r\n\r\n",
        ];
        foreach (var answer in answers)
        {
            foreach (var isReset in new[] { false, true })
            {
                await using var raw = RawBackend.Start(async connection =>
                {
                    await connection.SendAsync(answer);
                    if (isReset)
                    {
                        connection.Reset();
                    }
                });
                var customer = await shared.Gateway.Customers.CreateAsync();
                await shared.Gateway.GiveBackendAsync(customer, [raw.Address]);
                using var client = shared.Gateway.ClientOf(customer);

                using var response = await client.GetAsync("/");

                Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
                Assert.Equal("urn:gateway:problem:backend-unavailable", (await response.ReadProblemAsync()).Type());
            }
        }
    }

    [Theory]
    [InlineData(ActivityTimeout)]
    [InlineData(RouteTimeout)]
    public async Task Backend_whose_headers_take_longer_than_the_timeout_is_a_504_problem_and_not_the_clients_fault(string setting)
    {
        var beginning = "";
        await using var raw = RawBackend.Start(async connection =>
        {
            await connection.SendAsync(beginning);
            await connection.HangAsync();
        });
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, (Address, raw.Address), (setting, "00:00:00.300"));
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);

        foreach (var bytes in new[] { "", "HTTP/1.1 200 OK\r\nX-Half: " })
        {
            beginning = bytes;
            using var response = await client.GetAsync("/");

            Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
            Assert.Equal("urn:gateway:problem:backend-timeout", (await response.ReadProblemAsync()).Type());
        }

        var events = await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 2);
        Assert.All(events, usageEvent => Assert.Equal((504, UsageOutcome.BackendError, false), (usageEvent.Status, usageEvent.Outcome, usageEvent.Billable)));
    }

    [Fact]
    public async Task Answer_that_breaks_off_in_its_body_breaks_off_for_the_client_too_and_is_not_billed()
    {
        await using var raw = RawBackend.Start(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbeginning");
            connection.Reset();
        });
        var customer = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.GiveBackendAsync(customer, [raw.Address]);
        using var client = shared.Gateway.ClientOf(customer);

        // Either the client saw the beginning, or the end came before it was passed on.
        try
        {
            using var response = await client.GetAsync("/");
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // Broken off.
        }

        var usageEvent = Assert.Single(await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 1));
        Assert.Equal((UsageOutcome.BackendError, false), (usageEvent.Outcome, usageEvent.Billable));
    }

    [Fact]
    public async Task Backend_that_trickles_is_waited_for_as_long_as_bytes_come()
    {
        await using var raw = RawBackend.Start(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
            for (var index = 0; index < 8; index++)
            {
                await connection.DelayAsync(300);
                await connection.SendAsync("x");
            }
        });

        var customer = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.GiveBackendAsync(customer, [raw.Address], timeoutSeconds: 2);
        using var client = shared.Gateway.ClientOf(customer);

        Assert.Equal("xxxxxxxx", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task Routes_timeout_cuts_an_ordinary_answer_but_no_event_stream_and_no_WebSocket()
    {
        // The timeout is for the beginning of all three, which a busy machine may hold up.
        const int LongerThanTimeout = 2_500;
        await using var stream = RawBackend.Start(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nContent-Length: 16\r\n\r\n");
            await connection.DelayAsync(LongerThanTimeout);
            await connection.SendAsync("data: something\n");
        });
        await using var ordinary = RawBackend.Start(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 16\r\n\r\nbeginning");
            await connection.HangAsync();
        });
        await using var socket = RawBackend.Start(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            await connection.DelayAsync(LongerThanTimeout);
            await connection.SendAsync("late");
        });
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, (RouteTimeout, "00:00:02"));
        var customers = new List<Customer>();
        foreach (var raw in new[] { stream, ordinary, socket })
        {
            customers.Add(await gateway.Customers.CreateAsync());
            await gateway.GiveBackendAsync(customers[^1], [raw.Address]);
        }

        using var streamClient = gateway.ClientOf(customers[0]);
        var events = streamClient.GetStringAsync("/");
        using var ordinaryClient = gateway.ClientOf(customers[1]);
        var answer = ordinaryClient.GetStringAsync("/");
        using var socketClient = gateway.ClientOf(customers[2]);
        using var upgrade = new HttpRequestMessage(HttpMethod.Get, "/");
        upgrade.Headers.Add("Connection", "Upgrade");
        upgrade.Headers.Add("Upgrade", "websocket");
        upgrade.Headers.Add("Sec-WebSocket-Version", "13");
        upgrade.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        using var upgraded = await socketClient.SendAsync(upgrade, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, upgraded.StatusCode);
        var message = new byte[4];
        await (await upgraded.Content.ReadAsStreamAsync()).ReadExactlyAsync(message);
        Assert.Equal("late"u8.ToArray(), message);
        Assert.Equal("data: something\n", await events);
        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
    }

    [Fact]
    public async Task Redirects_cookies_and_packed_bodies_are_the_clients_affair()
    {
        await using var raw = RawBackend.Start(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nSet-Cookie: a=b\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello");
        var customer = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.GiveBackendAsync(customer, [raw.Address]);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpClient(handler) { BaseAddress = shared.Gateway.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", customer.Key);

        for (var time = 0; time < 2; time++)
        {
            using var response = await client.GetAsync("/");

            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
            Assert.Equal("a=b", Assert.Single(response.Headers.GetValues("Set-Cookie")));
            Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        }

        Assert.DoesNotContain(raw.Heads, head => head.Contains("Cookie:", StringComparison.OrdinalIgnoreCase));
    }
}
