using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Listening;

public sealed class ConnectionTests(TestServers servers)
{
    [Fact]
    public async Task Connection_over_the_cap_is_closed_at_once_and_the_management_port_is_not_concerned()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("Proxy:Limits:Connections", "1"));
        var address = gateway.Client.BaseAddress!;

        await using (var first = await RawConnection.OpenAsync(address))
        {
            await first.SendAsync("GET / HTTP/1.1\r\nHost: gateway\r\n\r\n");
            await first.ReadUntilAsync("HTTP/1.1 401 ");
            await using var second = await RawConnection.OpenAsync(address);
            Assert.Empty(await second.ReadToEndAsync());
            Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/health/live"));
        }

        await Eventually.IsTrueAsync(
            async () => (await RawConnection.ExchangeAsync(address, "GET / HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")).Length > 0,
            "a place for another connection");
    }

    [Fact]
    public async Task Idle_connections_cost_a_few_kilobytes_each()
    {
        ExtensiveTests.SkipUnlessWanted("it takes 4,000 file handles from whatever else runs on the machine");
        const int Count = 2_000;
        const long BytesEach = 30_000; // Both ends are in this process.
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var connections = new List<RawConnection>(Count);
        try
        {
            GC.Collect();
            var before = Environment.WorkingSet;
            for (var number = 0; number < Count; number++)
            {
                connections.Add(await RawConnection.OpenAsync(gateway.Client.BaseAddress!));
                await connections[^1].SendAsync("GET / HTTP/1.1\r\nHost: gateway\r\n\r\n");
            }

            await connections[^1].ReadUntilAsync("HTTP/1.1 401 ");
            GC.Collect();
            var each = (Environment.WorkingSet - before) / Count;
            TestContext.Current.SendDiagnosticMessage($"{Count} idle connections: {each} bytes each, client side included");
            Assert.InRange(each, long.MinValue, BytesEach);
            using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());
            using var response = await client.GetAsync("/");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
