using Gateway.Quotas;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Quotas;

public sealed class QuotaReconciliationTests(TestServers servers)
{
    private const int CounterCorrected = 274;
    private const int NotReconciled = 275;

    private static readonly TimeSpan Round = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = QuotaWorld.MiddleOfThisMonth();

    [Fact]
    public async Task Counter_below_the_ledger_is_raised_at_once()
    {
        await using var world = await StartAsync();
        await world.Tenant.DebitAsync(10);
        await world.Tenant.DeliverAsync(90);

        await ReconcileAsync(world);

        Assert.Equal(90, await world.Tenant.UsedAsync());
        Assert.Equal(80, world.Gateway.Metric("gateway.quota.corrections up"));
        Assert.Contains("by 80 to 90 units", Assert.Single(world.Gateway.Log.Lines(CounterCorrected, world.Tenant.Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counter_above_the_ledger_is_lowered_when_that_has_stood_for_an_hour_and_not_earlier()
    {
        await using var world = await StartAsync();
        await world.Tenant.DebitAsync(500);
        await ReconcileAsync(world);
        await world.Tenant.DeliverAsync(100);

        // An hour from the first comparison on, which needs two looks.
        for (var minute = 0; minute < 60; minute++)
        {
            await ReconcileAsync(world);
            Assert.Equal(500, await world.Tenant.UsedAsync());
        }

        Assert.Equal(400, world.Gateway.Metric("gateway.quota.drift"));
        Assert.Equal(400, world.Gateway.Metric("gateway.quota.drift.max"));
        await ReconcileAsync(world);

        Assert.Equal(100, await world.Tenant.UsedAsync());
        Assert.Equal(400, world.Gateway.Metric("gateway.quota.corrections down"));
        Assert.Contains("by -400 to 100 units", Assert.Single(world.Gateway.Log.Lines(CounterCorrected, world.Tenant.Id)), StringComparison.Ordinal);
        await ReconcileAsync(world);
        Assert.Equal(100, await world.Tenant.UsedAsync());
        Assert.Equal(0, world.Gateway.Metric("gateway.quota.drift"));
    }

    [Fact]
    public async Task Excess_is_found_under_steady_traffic_and_only_the_smallest_of_the_hour_is_taken_away()
    {
        await using var world = await StartAsync();
        await world.Tenant.DebitAsync(500);
        await ReconcileAsync(world);
        for (var minute = 0; minute < 61; minute++)
        {
            // 50 units are used and arrive a minute later, all the time; once some arrive in the minute that they are used in.
            await world.Tenant.DeliverAsync(minute == 0 ? 100 : 50);
            await world.Tenant.DebitAsync(50);
            if (minute == 30)
            {
                await world.Tenant.DebitAsync(80);
                await world.Tenant.DeliverAsync(80);
            }

            await ReconcileAsync(world);
        }

        // 400 are too many, and in that one minute no more than 320 of them were certain.
        Assert.Equal(500 + (61 * 50) + 80 - 320, await world.Tenant.UsedAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(45)]
    [InlineData(150)]
    public async Task What_is_on_its_way_to_the_ledger_is_never_taken_away(int lagMinutes)
    {
        await using var world = await StartAsync();
        var sent = new Queue<DateTimeOffset>();
        for (var minute = 0; minute < 200; minute++)
        {
            // Traffic stops in the end, and what is still on its way stays there.
            if (minute < 100)
            {
                sent.Enqueue(_time.GetUtcNow());
                await world.Tenant.DebitAsync(10);
            }

            if (minute >= lagMinutes && sent.TryPeek(out var first) && _time.GetUtcNow() - first >= Round * lagMinutes)
            {
                await world.Tenant.DeliverAsync(10, sent.Dequeue());
            }

            await ReconcileAsync(world);
            Assert.Equal(10 * Math.Min(minute + 1, 100), await world.Tenant.UsedAsync());
        }
    }

    [Fact]
    public async Task Ledger_of_which_nothing_has_arrived_since_the_counter_grew_takes_nothing_away()
    {
        await using var world = await StartAsync();
        await world.Tenant.DeliverAsync(100);
        await world.Tenant.DebitAsync(100);
        await ReconcileAsync(world);
        await ReconcileAsync(world);
        await world.Tenant.DebitAsync(200);
        for (var minute = 0; minute < 150; minute++)
        {
            await ReconcileAsync(world);
        }

        Assert.Equal(300, await world.Tenant.UsedAsync());
        Assert.Equal(200, world.Gateway.Metric("gateway.quota.drift"));
    }

    [Fact]
    public async Task Excess_has_not_stood_while_nobody_looked()
    {
        await using var world = await StartAsync();
        await world.Tenant.DebitAsync(500);
        await ReconcileAsync(world);
        await world.Tenant.DeliverAsync(100);
        await ReconcileAsync(world);
        _time.Advance(TimeSpan.FromHours(3));
        await ReconcileAsync(world);
        Assert.Equal(500, await world.Tenant.UsedAsync());

        for (var minute = 0; minute < 62; minute++)
        {
            await ReconcileAsync(world);
        }

        Assert.Equal(100, await world.Tenant.UsedAsync());
    }

    [Fact]
    public async Task One_gateway_at_a_time_compares_a_counter()
    {
        await using var world = await StartAsync();
        await using var other = await QuotaGateway.StartAsync(world.RedisUrl, world.DatabaseUrl, _time);
        await world.Tenant.DebitAsync(10);
        await ReconcileAsync(world);
        await world.Tenant.DeliverAsync(20);
        other.Watch.Observe(world.Tenant.Id, world.Tenant.Quota, world.Tenant.Month, 10);

        _time.Advance(-Round / 2);
        await other.Reconciliation.ReconcileAsync();
        Assert.Equal(10, await world.Tenant.UsedAsync());

        // The first one may be gone: nobody waits for it.
        _time.Advance(Round);
        await other.Reconciliation.ReconcileAsync();
        Assert.Equal(20, await world.Tenant.UsedAsync());
    }

    [Fact]
    public async Task Organization_that_has_fallen_silent_is_forgotten()
    {
        await using var world = await StartAsync();
        await world.Tenant.DebitAsync(10);
        await ReconcileAsync(world);
        for (var minute = 0; minute < 100; minute++)
        {
            await ReconcileAsync(world, isSilent: true);
        }

        await world.Tenant.DeliverAsync(90);
        await ReconcileAsync(world, isSilent: true);
        Assert.Equal(10, await world.Tenant.UsedAsync());

        await ReconcileAsync(world);
        Assert.Equal(90, await world.Tenant.UsedAsync());
    }

    [Fact]
    public async Task Round_without_the_ledger_is_said_once_and_the_next_one_goes_well()
    {
        await using var world = await StartAsync(TimeSpan.FromMilliseconds(100));
        await world.Tenant.DebitAsync(10);
        await world.Tenant.DeliverAsync(90);
        await using (await world.Tenant.LockLedgerAsync())
        {
            await ReconcileAsync(world);
            await ReconcileAsync(world);
        }

        Assert.Single(world.Gateway.Log.Lines(NotReconciled));
        await Eventually.EqualsAsync(90, async () =>
        {
            await ReconcileAsync(world);
            return await world.Tenant.UsedAsync();
        });
    }

    [Fact]
    public async Task Organizations_that_cannot_be_compared_keep_no_other_waiting()
    {
        await using var world = await StartAsync();
        QuotaTenant[] tenants = [.. Enumerable.Range(0, 40).Select(_ => world.NewTenant())];

        // In the order in which they are compared, so that no more than one in ten is broken.
        var quotas = new WatchedQuotas();
        foreach (var tenant in tenants)
        {
            quotas.Watch(tenant.Id);
        }

        var order = quotas.All.Select(quota => Array.Find(tenants, tenant => tenant.Id == quota.OrganizationId)!).ToArray();
        foreach (var (index, tenant) in order.Index())
        {
            await (index % 10 == 0 ? tenant.BreakCounterAsync() : tenant.DebitAsync(10));
            await tenant.DeliverAsync(90);
        }

        foreach (var tenant in tenants)
        {
            world.Gateway.Watch.Observe(tenant.Id, tenant.Quota, tenant.Month, 10);
        }

        await world.Gateway.Reconciliation.ReconcileAsync();

        for (var index = 0; index < order.Length; index++)
        {
            if (index % 10 != 0)
            {
                Assert.Equal(90, await order[index].UsedAsync());
            }
        }
    }

    [Fact]
    public async Task Counter_that_was_left_behind_is_compared_when_its_organization_is_seen_again()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        await using var world = await QuotaWorld.StartAsync((await servers.RedisAsync()).Url, gateway.DatabaseUrl, _time);
        await world.Tenant.DebitAsync(10);
        await world.Tenant.DeliverAsync(90);

        var watch = (QuotaWatch)gateway.Services.GetService(typeof(QuotaWatch))!;
        watch.Observe(world.Tenant.Id, world.Tenant.Quota, world.Tenant.Month, 10);

        // Far sooner than the next round, which begins a minute later.
        await Eventually.EqualsAsync(90, world.Tenant.UsedAsync, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Running_gateway_raises_the_counters_that_it_watches()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("Quotas:ReconcileSeconds", "1"));
        await using var world = await QuotaWorld.StartAsync((await servers.RedisAsync()).Url, gateway.DatabaseUrl, _time);
        await world.Tenant.DebitAsync(10);
        await world.Tenant.DeliverAsync(90);

        var watch = (QuotaWatch)gateway.Services.GetService(typeof(QuotaWatch))!;
        watch.Observe(world.Tenant.Id, world.Tenant.Quota, world.Tenant.Month, 10);
        await Eventually.EqualsAsync(90, world.Tenant.UsedAsync);

        await world.Tenant.DeliverAsync(5);
        await Eventually.EqualsAsync(95, world.Tenant.UsedAsync);
    }

    /// <summary>A round, a minute after the one before.</summary>
    private async Task ReconcileAsync(QuotaWorld world, bool isSilent = false)
    {
        var tenant = world.Tenant;
        if (!isSilent)
        {
            world.Gateway.Watch.Observe(tenant.Id, tenant.Quota, tenant.Month, await tenant.UsedAsync());
        }

        await world.Gateway.Reconciliation.ReconcileAsync();
        _time.Advance(Round);
    }

    private async Task<QuotaWorld> StartAsync(TimeSpan? ledgerTimeout = null) =>
        await QuotaWorld.StartAsync((await servers.RedisAsync()).Url, await servers.CreateDatabaseAsync(), _time, ledgerTimeout);
}
