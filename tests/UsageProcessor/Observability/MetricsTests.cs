using System.Diagnostics.Metrics;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Testing.Metrics;
using Gateway.UsageProcessor.Observability;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.UsageProcessor.Tests.Observability;

public sealed class MetricsTests(TestServers servers)
{
    [Fact]
    public async Task Events_show_by_what_became_of_them_and_Prometheus_has_nothing_to_say_against_it()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        var events = SampleEvents.Many(20);

        await topic.SendAsync(events);
        await topic.SendAsync(events[..5]);
        await topic.SendAsync(3, "{"u8.ToArray());

        await EventuallyAsync(processor, 26, "usage_processor_events_total", "stage=\"received\"");
        await EventuallyAsync(processor, 20, "usage_processor_events_total", "stage=\"stored\"");
        await EventuallyAsync(processor, 5, "usage_processor_events_total", "stage=\"duplicate\"");
        await EventuallyAsync(processor, 1, "usage_processor_events_total", "stage=\"dead\"");
        await EventuallyAsync(processor, 26, "usage_processor_batch_size_sum");
        await EventuallyAsync(processor, 1, "usage_processor_dependency_up", "dependency=\"postgresql\"");
        await EventuallyAsync(processor, 1, "usage_processor_dependency_up", "dependency=\"kafka\"");
        await EventuallyAsync(processor, 0, "usage_processor_lag_messages");
        await EventuallyAsync(processor, 1, "usage_processor_ready");
        var scrape = await processor.ScrapeAsync();
        Assert.Equal(0, scrape.Find("usage_processor_blocked"));
        Assert.InRange(scrape.Sum("usage_processor_flush_duration_seconds_count"), 1, 26);
        Assert.Equal("", await Promtool.CheckMetricsAsync(scrape));
        Assert.DoesNotContain(events[0].OrganizationId.ToString(), scrape.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("password", scrape.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            MetricsPage.Names("usage_processor_"),
            PublishedInstruments.Of(processor.Services.GetRequiredService<IMeterFactory>(), ProcessorMetrics.MeterName));
        Assert.Empty(scrape.Names.Where(name => name.StartsWith("usage_", StringComparison.Ordinal)).Except(MetricsPage.Names("usage_processor_"), StringComparer.Ordinal));
    }

    [Fact]
    public async Task Lag_grows_with_the_age_of_what_is_not_stored_and_ends_when_it_is()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        await topic.SendAsync(SampleEvents.Many(5));
        await Eventually.EqualsAsync(5, database.EventsAsync);

        // A constraint that nothing fulfils makes dead letters; a table that is locked makes everybody wait.
        await using (var connection = await database.OpenAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var locking = new Npgsql.NpgsqlCommand("LOCK TABLE usage_ledger IN ACCESS EXCLUSIVE MODE", connection, transaction))
            {
                await locking.ExecuteNonQueryAsync();
            }

            await topic.SendAsync(SampleEvents.Many(10)[5..]);

            await Eventually.BecomesAsync(() => WorstAsync(processor), lag => lag > 2, "a lag of more than two seconds");
            await EventuallyAsync(processor, 5, "usage_processor_lag_messages");
        }

        await Eventually.EqualsAsync(10, database.EventsAsync);
        await EventuallyAsync(processor, 0, "usage_processor_lag_messages");
        await EventuallyAsync(processor, 0, "usage_processor_lag_seconds");
    }

    [Fact]
    public async Task Database_that_is_away_shows_as_down_until_it_is_back()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await using var postgres = await OwnPostgres.StartAsync();
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, postgres.Database);
        await topic.SendAsync(SampleEvents.Many(5));
        await EventuallyAsync(processor, 1, "usage_processor_dependency_up", "dependency=\"postgresql\"");

        await postgres.KillAsync();
        await topic.SendAsync(SampleEvents.Many(10)[5..]);

        await EventuallyAsync(processor, 0, "usage_processor_dependency_up", "dependency=\"postgresql\"");
        Assert.Equal(0, (await processor.ScrapeAsync()).Find("usage_processor_blocked"));
        await postgres.RestartAsync();
        await EventuallyAsync(processor, 1, "usage_processor_dependency_up", "dependency=\"postgresql\"");
        await EventuallyAsync(processor, 10, "usage_processor_events_total", "stage=\"stored\"");
    }

    private static Task<double> EventuallyAsync(RunningProcessor processor, double expected, string name, params string[] labels) =>
        Eventually.BecomesAsync(async () => (await processor.ScrapeAsync()).Sum(name, labels), sum => sum == expected, $"{name} {string.Join(' ', labels)} is {expected}");

    private static async Task<double> WorstAsync(RunningProcessor processor) => (await processor.ScrapeAsync()).Sum("usage_processor_lag_seconds");
}
