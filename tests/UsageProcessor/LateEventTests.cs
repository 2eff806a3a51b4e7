using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>An event that comes late is counted once, in the hour in which it happened, and marked.</summary>
public sealed class LateEventTests(TestServers servers)
{
    private static readonly DateTimeOffset ThisHour = Hour(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Event_that_comes_hours_days_or_a_month_late_and_then_again_is_counted_once_in_its_hour()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var hoursLate = new[] { 0, 1, 2, 5, 24, 72, 31 * 24, 80 * 24 };
        UsageEvent[] events = [.. hoursLate.Select((hours, index) => SampleEvents.One(index + 1) with { Time = ThisHour.AddHours(-hours).AddMinutes(59) })];
        await using (await RunningProcessor.StartAsync(broker.BootstrapServers, database))
        {
            await topic.SendAsync(events);
            await topic.SendAsync(events);
            await Eventually.EqualsAsync(events.Length * 2L, database.StoredMessagesAsync);
        }

        await using var second = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        await topic.SendAsync(events);
        await Eventually.EqualsAsync(events.Length * 3L, database.StoredMessagesAsync);

        Assert.Equal(
            hoursLate.Order().Select(hours => (ThisHour.AddHours(-hours).UtcDateTime, 1L)).OrderBy(hour => hour),
            (await database.RowsAsync("SELECT hour, requests FROM usage_ledger ORDER BY hour")).Select(row => ((DateTime)row[0]!, (long)row[1]!)));
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        Assert.Equal(0, await LateDifferencesAsync(database));

        // The hour before this one is late only if the hour has turned meanwhile.
        Assert.InRange(await database.ScalarAsync<long>("SELECT sum(requests)::bigint FROM usage_late"), 6, 7);
    }

    [Fact]
    public async Task Late_usage_of_many_processors_at_once_is_what_its_raw_rows_add_up_to()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var first = await RunningProcessor.StartAsync(broker.BootstrapServers, database, "--Consumer:BatchMessages=50");
        await using var second = await RunningProcessor.StartAsync(broker.BootstrapServers, database, "--Consumer:BatchMessages=50");
        UsageEvent[] events = [.. SampleEvents.Many(1_000).Select(usageEvent => usageEvent with { Time = ThisHour.AddMinutes(-30 * (usageEvent.Sequence % 9)) })];

        await topic.SendAsync(events);
        await topic.SendAsync(events[..500]);
        await Eventually.EqualsAsync(1_500L, database.StoredMessagesAsync);

        Assert.Equal(0, await database.LedgerDifferencesAsync());
        Assert.Equal(0, await LateDifferencesAsync(database));
        Assert.NotEqual(0, await database.ScalarAsync<long>("SELECT count(*) FROM usage_late"));
    }

    /// <summary>Rows in which late usage and the sums over late raw rows differ.</summary>
    private static Task<long> LateDifferencesAsync(UsageDatabase database) => database.ScalarAsync<long>("""
        WITH summed AS (
            SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC') AS hour, date_trunc('hour', recorded_at, 'UTC') AS recorded_hour,
                   count(*) AS requests, count(*) FILTER (WHERE billable) AS billable_requests,
                   coalesce(sum(units) FILTER (WHERE billable), 0) AS billable_units,
                   sum(request_bytes) AS request_bytes, sum(response_bytes) AS response_bytes
            FROM usage_events
            WHERE date_trunc('hour', recorded_at, 'UTC') - date_trunc('hour', occurred_at, 'UTC') >= interval '2 hours'
            GROUP BY 1, 2, 3, 4, 5
        )
        SELECT count(*) FROM ((TABLE summed EXCEPT TABLE usage_late) UNION ALL (TABLE usage_late EXCEPT TABLE summed)) AS differences
        """);

    private static DateTimeOffset Hour(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerHour));
}
