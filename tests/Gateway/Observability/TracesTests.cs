using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Observability;

[CollectionDefinition(nameof(TracesTests), DisableParallelization = true)] // Spans of other gateways in the process would be collected, and said to be, too.
[Collection(nameof(TracesTests))]
public sealed class TracesTests(TestServers servers)
{
    private const string Theirs = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public async Task Span_of_a_request_reaches_the_collector_and_the_backends_is_its_child()
    {
        await using var collector = await TraceCollector.StartAsync();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, collector.Settings);
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        client.DefaultRequestHeaders.Add("traceparent", Theirs);

        using var response = await client.GetAsync("/v1/things?secret=hunter2");

        // A stranger's trace is not believed: ours begins with the request.
        var headers = backend.Single.Headers;
        var (traceId, spanId) = Parts(headers["traceparent"]);
        Assert.Equal(Guid.Parse(headers["X-Request-Id"]).ToString("N"), traceId);
        Assert.EndsWith("-01", headers["traceparent"], StringComparison.Ordinal);
        var traces = await collector.ReceiveAsync(traceId);
        Assert.True(traces.ContainsId(spanId));
        foreach (var text in (string[])["GET default", "/v1/things", "forwarded", customer.OrganizationId.ToString(), customer.KeyId.ToString(), "service.instance.id"])
        {
            Assert.True(traces.Contains(text), text);
        }

        Assert.False(traces.Contains(customer.Key[..16]));
        Assert.False(traces.Contains("hunter2"));
        Assert.False(traces.ContainsId(Theirs[3..35]));
    }

    [Fact]
    public async Task Trace_of_a_trusted_load_balancer_goes_on()
    {
        await using var collector = await TraceCollector.StartAsync();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, [("Proxy:TrustedProxies", "127.0.0.1"), .. collector.Settings]);
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());
        client.DefaultRequestHeaders.Add("traceparent", Theirs);
        client.DefaultRequestHeaders.Add("tracestate", "vendor=1");

        using var response = await client.GetAsync("/");

        var (traceId, spanId) = Parts(backend.Single.Headers["traceparent"]);
        Assert.Equal(Theirs[3..35], traceId);
        Assert.NotEqual(Theirs[36..52], spanId);
        Assert.Equal("vendor=1", backend.Single.Headers["tracestate"]);
        var traces = await collector.ReceiveAsync(traceId);
        Assert.True(traces.ContainsId(spanId));
        Assert.True(traces.ContainsId(Theirs[36..52]));
    }

    [Fact]
    public async Task Collector_that_is_away_costs_no_request()
    {
        using var closed = new ClosedPort();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, ("OTEL_EXPORTER_OTLP_ENDPOINT", closed.Address), ("OTEL_BSP_SCHEDULE_DELAY", "10"), ("OTEL_BSP_EXPORT_TIMEOUT", "500"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "500"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        for (var request = 0; request < 50; request++)
        {
            using var response = await client.GetAsync("/");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private static (string TraceId, string SpanId) Parts(string traceParent) => (traceParent[3..35], traceParent[36..52]);
}
