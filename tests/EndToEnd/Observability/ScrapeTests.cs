using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Testing.Metrics;

namespace Gateway.EndToEnd.Tests.Observability;

/// <summary>What the real programs say to Prometheus.</summary>
public sealed class ScrapeTests(TestServers servers)
{
    [Fact]
    public async Task Prometheus_has_nothing_to_say_against_the_metrics_of_either_process_and_no_secret_is_in_them()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var stack = await Stack.StartAsync(servers, broker);
        var organization = await stack.KeygenAsync("org", "create", "Example Ltd");
        var key = await stack.KeygenAsync("create", "--org-id", organization, "--name", "web");
        using (var client = stack.Client(key))
        {
            for (var request = 0; request < 10; request++)
            {
                using var response = await client.GetAsync("/hello");
                response.EnsureSuccessStatusCode();
            }
        }

        using var gateway = new HttpClient { BaseAddress = new Uri($"http://{stack.GatewayManagement}") };
        using var processor = new HttpClient { BaseAddress = new Uri($"http://{stack.ProcessorManagement}") };
        await Eventually.BecomesAsync(
            async () => (await Scrape.OfAsync(processor)).Sum("usage_processor_events_total", "stage=\"stored\""), stored => stored == 10, "ten events stored");

        foreach (var scrape in (Scrape[])[await Scrape.OfAsync(gateway), await Scrape.OfAsync(processor)])
        {
            Assert.DoesNotContain("Username=", scrape.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("password", scrape.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(organization, scrape.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("sk_live_", scrape.Text, StringComparison.OrdinalIgnoreCase);
            Assert.Equal("", await Promtool.CheckMetricsAsync(scrape));
        }
    }
}
