using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Quotas;

public sealed class QuotaSeedingTests(TestServers servers)
{
    private const int Estimating = 272;
    private const int LedgerReadAgain = 273;

    private readonly ManualTime _time = QuotaWorld.MiddleOfThisMonth();

    [Fact]
    public async Task Lost_counter_begins_with_what_the_ledger_has_of_the_month()
    {
        await using var world = await StartAsync();
        var (gateway, tenant) = (world.Gateway, world.Tenant);
        await tenant.DeliverAsync(30);
        await tenant.DeliverAsync(12, tenant.Month.Start);
        await tenant.DeliverAsync(1_000, tenant.Month.Start.AddTicks(-10));
        await tenant.DeliverAsync(1_000, tenant.Month.End);

        await gateway.Seeding.SeedAsync(tenant.Id, tenant.Month);

        Assert.Equal(42, await tenant.UsedAsync());
        Assert.False(await tenant.IsEstimateAsync());
        Assert.Equal(1, gateway.Metric("gateway.quota.seeds ledger"));
        var expiresAt = TimeProvider.System.GetUtcNow() + (await tenant.TimeToLiveAsync())!.Value;
        Assert.InRange(expiresAt, tenant.Month.End.AddDays(8).AddMinutes(-1), tenant.Month.End.AddDays(8).AddMinutes(1));
    }

    [Fact]
    public async Task Organization_without_any_use_begins_with_zero()
    {
        await using var world = await StartAsync();

        await world.Gateway.Seeding.SeedAsync(world.Tenant.Id, world.Tenant.Month);

        Assert.Equal(0, await world.Tenant.UsedAsync());
        Assert.False(await world.Tenant.IsEstimateAsync());
    }

    [Fact]
    public async Task Gateways_that_seed_at_once_do_not_add_up_and_never_lower_the_counter()
    {
        await using var world = await StartAsync();
        await using var other = await QuotaGateway.StartAsync(world.RedisUrl, world.DatabaseUrl, _time);
        var tenant = world.Tenant;
        await tenant.DeliverAsync(100);
        await Task.WhenAll(world.Gateway.Seeding.SeedAsync(tenant.Id, tenant.Month), other.Seeding.SeedAsync(tenant.Id, tenant.Month));
        Assert.Equal(100, await tenant.UsedAsync());

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            await tenant.DebitAsync(1);
            await Task.WhenAll(world.Gateway.Seeding.SeedAsync(tenant.Id, tenant.Month), other.Seeding.SeedAsync(tenant.Id, tenant.Month));
        }));

        Assert.Equal(150, await tenant.UsedAsync());
    }

    [Fact]
    public async Task Requests_that_miss_the_same_counter_wait_for_one_reader()
    {
        await using var world = await StartAsync();
        var tenant = world.Tenant;
        await tenant.DeliverAsync(7);
        Task[] waiting;
        await using (await tenant.LockLedgerAsync())
        {
            waiting = [.. Enumerable.Range(0, 100).Select(_ => world.Gateway.Seeding.SeedAsync(tenant.Id, tenant.Month))];
            Assert.All(waiting, task => Assert.Same(waiting[0], task));
        }

        await Task.WhenAll(waiting);
        Assert.Equal(7, await tenant.UsedAsync());
        Assert.Equal(1, world.Gateway.Metric("gateway.quota.seeds ledger"));
    }

    [Fact]
    public async Task Ledger_that_does_not_answer_delays_nobody_for_long_and_the_estimate_is_corrected_when_it_does()
    {
        await using var world = await StartAsync(TimeSpan.FromMilliseconds(200));
        var (gateway, tenant) = (world.Gateway, world.Tenant);
        var stranger = world.NewTenant();
        await tenant.DeliverAsync(500);
        await stranger.DeliverAsync(300);
        gateway.Watch.Observe(tenant.Id, tenant.Quota, tenant.Month, 420);
        await using (await tenant.LockLedgerAsync())
        {
            var seeding = AwakeTime.Start();
            await gateway.Seeding.SeedAsync(tenant.Id, tenant.Month);
            await gateway.Seeding.SeedAsync(stranger.Id, stranger.Month);

            Assert.InRange(seeding.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
            Assert.Equal((420, true), (await tenant.UsedAsync(), await tenant.IsEstimateAsync()));
            Assert.Equal((0, true), (await stranger.UsedAsync(), await stranger.IsEstimateAsync()));
            Assert.Equal(2, gateway.Metric("gateway.quota.seeds estimate"));
            Assert.Single(gateway.Log.Lines(Estimating));

            // Traffic goes on.
            await stranger.DebitAsync(5);
            _time.Advance(TimeSpan.FromSeconds(2));
            await gateway.Reconciliation.ReconcileEstimatesAsync();
            Assert.Equal((5, true), (await stranger.UsedAsync(), await stranger.IsEstimateAsync()));
        }

        await Eventually.EqualsAsync(
            (500, 300, false, false),
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(2));
                await gateway.Reconciliation.ReconcileEstimatesAsync();
                return (await tenant.UsedAsync(), await stranger.UsedAsync(), await tenant.IsEstimateAsync(), await stranger.IsEstimateAsync());
            });
        Assert.Empty(gateway.Seeding.Estimates);
        var another = world.NewTenant();
        await gateway.Seeding.SeedAsync(another.Id, another.Month);
        Assert.Single(gateway.Log.Lines(LedgerReadAgain));
    }

    [Fact]
    public async Task Ledger_that_refuses_connections_fails_no_request()
    {
        using var closed = new ClosedPort();
        await using var world = await StartAsync(databaseUrl: closed.Address.Replace("http://", "postgresql://user:password@", StringComparison.Ordinal) + "none");

        await world.Gateway.Seeding.SeedAsync(world.Tenant.Id, world.Tenant.Month);

        Assert.Equal((0, true), (await world.Tenant.UsedAsync(), await world.Tenant.IsEstimateAsync()));
    }

    private async Task<QuotaWorld> StartAsync(TimeSpan? ledgerTimeout = null, string? databaseUrl = null) =>
        await QuotaWorld.StartAsync((await servers.RedisAsync()).Url, databaseUrl ?? await servers.CreateDatabaseAsync(), _time, ledgerTimeout);
}
