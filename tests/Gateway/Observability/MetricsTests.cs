using System.Diagnostics.Metrics;
using System.Net;
using Gateway.Observability;
using Gateway.Testing;
using Gateway.Testing.Metrics;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Observability;

public sealed class MetricsTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private GatewayUnderTest Gateway => shared.Gateway;

    [Fact]
    public void Documentation_names_every_metric_of_ours_and_no_other()
    {
        Assert.Equal(MetricsPage.Names("gateway_"), PublishedInstruments.Of(Gateway.Services.GetRequiredService<IMeterFactory>(), GatewayMeter.Name));
    }

    [Fact]
    public async Task Prometheus_has_nothing_to_say_against_them()
    {
        await SendAsync(await Gateway.Customers.CreateAsync(), 3);
        var scrape = await Gateway.ScrapeAsync();

        Assert.Equal("", await Promtool.CheckMetricsAsync(scrape));
        Assert.Empty(scrape.Names.Where(name => name.StartsWith("gateway_", StringComparison.Ordinal)).Except(MetricsPage.Names("gateway_"), StringComparer.Ordinal));
        Assert.Contains("db_client_connections", scrape.Names);
        Assert.Contains("dotnet_process_cpus", scrape.Names);
        Assert.Contains("kestrel_active_connections", scrape.Names);
    }

    [Fact]
    public async Task Forwarded_request_shows_in_every_figure_that_is_about_it()
    {
        var before = await Gateway.ScrapeAsync();

        await SendAsync(await Gateway.Customers.CreateAsync(), 5);

        await MovesAsync(before, 5, "gateway_requests_total", "outcome=\"forwarded\"", "route=\"default\"", "status_class=\"2xx\"");
        await MovesAsync(before, 5, "gateway_overhead_duration_seconds_count");
        await MovesAsync(before, 5, "gateway_backend_duration_seconds_count", "route=\"default\"");
        await MovesAsync(before, 5, "gateway_auth_results_total", "result=\"valid\"");
        await MovesAsync(before, 5, "gateway_limits_decisions_total", "result=\"allowed\"");
        await MovesAsync(before, 1, "gateway_redis_duration_seconds_count", "script=\"buckets\"", "result=\"ok\"");
        await MovesAsync(before, 5, "gateway_events_total", "stage=\"minted\"");
        await MovesAsync(before, 5, "gateway_events_total", "stage=\"journaled\"");
        await MovesAsync(before, 5, "gateway_events_total", "stage=\"delivered\"");
        await MovesAsync(before, 1, "gateway_publisher_batch_size_count");
        await MovesAsync(before, 1, "gateway_publisher_batch_duration_seconds_count");
        await MovesAsync(before, 5, "gateway_request_duration_seconds_count");
        await Eventually.EqualsAsync(0, async () => (await Gateway.ScrapeAsync()).Find("gateway_journal_waiting"));
    }

    [Fact]
    public async Task Request_and_its_connection_to_the_backend_count_while_they_last()
    {
        var mayAnswer = new TaskCompletionSource();
        await using var slow = await Backend.StartAsync(_ => mayAnswer.Task);
        await using var gateway = await GatewayUnderTest.StartAsync(shared.Servers, slow);
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        var answer = client.GetAsync("/");

        await Eventually.EqualsAsync(1, async () => (await gateway.ScrapeAsync()).Find("gateway_backend_connections"));
        Assert.Equal(1, (await gateway.ScrapeAsync()).Find("gateway_requests_active"));
        mayAnswer.SetResult();
        (await answer).Dispose();
        await Eventually.EqualsAsync(0, async () => (await gateway.ScrapeAsync()).Find("gateway_requests_active"));

        // It waits for the next request.
        Assert.Equal(1, (await gateway.ScrapeAsync()).Find("gateway_backend_connections"));
        await slow.DisposeAsync();
        await Eventually.EqualsAsync(0, async () => (await gateway.ScrapeAsync()).Find("gateway_backend_connections"));
    }

    [Fact]
    public async Task Refused_keys_are_told_apart()
    {
        var before = await Gateway.ScrapeAsync();
        using var malformed = Gateway.ClientOf(new Customer(default, default, "sk_live_nonsense"));
        using var unknown = Gateway.ClientOf(new Customer(default, default, Contracts.ApiKeys.ApiKeyFormat.Generate(Contracts.ApiKeys.ApiKeyEnvironment.Live)));

        foreach (var client in (HttpClient[])[Gateway.Client, malformed, unknown])
        {
            using var response = await client.GetAsync("/");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        await MovesAsync(before, 1, "gateway_auth_results_total", "result=\"missing\"");
        await MovesAsync(before, 1, "gateway_auth_results_total", "result=\"malformed\"");
        await MovesAsync(before, 1, "gateway_auth_results_total", "result=\"unknown\"");
        await MovesAsync(before, 3, "gateway_requests_total", "outcome=\"unauthenticated\"", "status_class=\"4xx\"");
    }

    [Fact]
    public async Task Revoked_key_shows_how_long_its_revocation_took()
    {
        var customer = await Gateway.Customers.CreateAsync();
        await SendAsync(customer, 1);
        var before = await Gateway.ScrapeAsync();

        await Gateway.Customers.RevokeAsync(customer);

        await MovesAsync(before, 1, "gateway_keys_revocation_delay_seconds_count");
        var after = await Gateway.ScrapeAsync();
        Assert.InRange(after.Sum("gateway_keys_revocation_delay_seconds_sum") - before.Sum("gateway_keys_revocation_delay_seconds_sum"), 0.000_1, 20);
    }

    [Fact]
    public async Task State_of_the_gateway_and_of_its_servers_is_there()
    {
        await Gateway.Customers.CreateAsync();

        foreach (var dependency in (string[])["postgresql", "redis", "kafka"])
        {
            await Eventually.EqualsAsync(1, async () => (await Gateway.ScrapeAsync()).Find("gateway_dependency_up", $"dependency=\"{dependency}\""));
        }

        await Eventually.EqualsAsync(1, async () => (await Gateway.ScrapeAsync()).Find("gateway_ready"));
        await Eventually.EqualsAsync(0, async () => (await Gateway.ScrapeAsync()).Find("gateway_streams_open"));
        await InRangeAsync("gateway_keys_loaded", 1, 1_000);
        await InRangeAsync("gateway_keys_age_seconds", 0, 20);
        await InRangeAsync("gateway_journal_size_bytes", 1, 1 << 30);
        var scrape = await Gateway.ScrapeAsync();
        Assert.Equal(1 << 30, scrape.Find("gateway_journal_capacity_bytes"));

        // How many depends on whoever reads our standard output.
        Assert.NotNull(scrape.Find("gateway_log_dropped_total"));
    }

    [Fact]
    public async Task No_metric_names_an_organization_a_key_or_a_secret()
    {
        var customer = await Gateway.Customers.CreateAsync();
        await SendAsync(customer, 2);
        using (var client = Gateway.ClientOf(customer))
        {
            using var response = await client.GetAsync($"/{customer.Key}?token={customer.Key}");
        }

        var text = (await Gateway.ScrapeAsync()).Text;

        Assert.DoesNotContain(customer.OrganizationId.ToString(), text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(customer.KeyId.ToString(), text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sk_live_", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("password", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("db_client_connection_pool_name=\"key synchronization\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Customers_port_leaves_metrics_to_the_backend_and_the_management_port_is_not_measured()
    {
        var customer = await Gateway.Customers.CreateAsync();
        using var client = Gateway.ClientOf(customer);

        using var stranger = await Gateway.Client.GetAsync("/metrics");
        var ours = await client.GetStringAsync("/metrics");

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("hello", ours);

        // Those two may be counted a moment after their answers; scrapes would be counted for ever.
        await Eventually.EqualsAsync(0, async () => -await CountAsync() + await CountAsync());

        async Task<double> CountAsync() => (await Gateway.ScrapeAsync()).Sum("gateway_request_duration_seconds_count");
    }

    private Task<double> MovesAsync(Scrape before, double least, string name, params string[] labels) => Eventually.BecomesAsync(
        async () => (await Gateway.ScrapeAsync()).Sum(name, labels) - before.Sum(name, labels),
        moved => moved >= least,
        $"{name} {string.Join(' ', labels)} has gone up by {least}");

    // A scrape may be some tenths of a second old: the exporter answers those that come soon after each other with the same.
    private Task<double?> InRangeAsync(string name, double least, double most) => Eventually.BecomesAsync(
        async () => (await Gateway.ScrapeAsync()).Find(name), value => value >= least && value <= most, $"{name} from {least} to {most}");

    private async Task SendAsync(Customer customer, int requests)
    {
        using var client = Gateway.ClientOf(customer);
        for (var request = 0; request < requests; request++)
        {
            using var response = await client.GetAsync("/things");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }
}
