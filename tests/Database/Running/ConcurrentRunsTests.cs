using System.Collections.Concurrent;
using Gateway.Database.Running;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Running;

public sealed class ConcurrentRunsTests(TestServers servers)
{
    [Fact]
    public async Task Eight_runs_at_once_apply_each_migration_once()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var applied = new ConcurrentBag<int>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            new MigrationRunner(database.ConnectionString, Migration.All) { OnApplied = (migration, _) => applied.Add(migration.Version) }.UpAsync(default))));

        Assert.Equal(Migration.All.Select(migration => migration.Version), applied.Order());
        Assert.All(await database.Runner().StatusAsync(default), status => Assert.Equal(MigrationState.Applied, status.State));
    }

    [Fact]
    public async Task Run_that_has_ended_keeps_nobody_waiting()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var waited = 0;
        for (var run = 0; run < 50; run++)
        {
            await new MigrationRunner(database.ConnectionString, BlockedRun.Migrations) { OnWaiting = () => waited++ }.UpAsync(default);
        }

        Assert.Equal(0, waited);
    }

    [Fact]
    public async Task Second_run_says_that_it_waits_and_goes_on_when_the_first_is_done()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await using var gate = await BlockedRun.StartAsync(database);

        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new MigrationRunner(database.ConnectionString, BlockedRun.Migrations) { OnWaiting = waiting.SetResult }.UpAsync(default);
        await waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(second.IsCompleted);

        await gate.OpenAsync();
        await second.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await database.ReadAsync<int>("SELECT count(*)::integer FROM schema_migrations"));
    }
}
