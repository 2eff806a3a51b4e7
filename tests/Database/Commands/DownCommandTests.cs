using Gateway.Database.Commands;
using Gateway.Database.Running;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Commands;

public sealed class DownCommandTests(TestServers servers)
{
    [Fact]
    public async Task Down_takes_one_step_back_or_goes_to_a_version()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        var step = await CommandRun.RunAsync(database, "down", "--yes");
        Assert.StartsWith($"{database.Address}: took back {Migration.All[^1].FullName} in ", step.Output, StringComparison.Ordinal);
        Assert.Equal(Migration.LatestVersion - 1, await ReadVersionAsync(database));

        await CommandRun.RunAsync(database, "down", "--to", "3", "--yes");
        Assert.Equal(3, await ReadVersionAsync(database));
        await CommandRun.RunAsync(database, "down", "--to", "0", "--yes");
        Assert.Equal($"{database.Address}: nothing to take back\n", (await CommandRun.RunAsync(database, "down", "--yes")).Output);
    }

    [Fact]
    public async Task Down_is_refused_where_nobody_can_be_asked()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        (await CommandRun.RunAsync(database, "down")).FailsWith(ExitCode.InvalidUsage, "--yes");
        Assert.Equal(Migration.LatestVersion, await ReadVersionAsync(database));
    }

    [Theory]
    [InlineData("yes", ExitCode.Succeeded, 1)]
    [InlineData("y", ExitCode.InvalidUsage, 0)]
    [InlineData("", ExitCode.InvalidUsage, 0)]
    [InlineData(null, ExitCode.InvalidUsage, 0)]
    public async Task Down_asks_at_a_terminal_and_goes_on_only_with_yes(string? answer, int exitCode, int steps)
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        var run = await CommandRun.RunAsync(database.Url, null, () => answer, "down");
        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith($"{database.Address}: take back the last migration, with all data in its tables? Type yes to go on: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(Migration.LatestVersion - steps, await ReadVersionAsync(database));
    }

    [Fact]
    public async Task Version_that_does_not_exist_is_not_found()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        (await CommandRun.RunAsync(database, "down", "--to", "999", "--yes")).FailsWith(ExitCode.NotFound, "there is no migration 999");
    }

    private static async Task<int> ReadVersionAsync(TestDatabase database)
    {
        await using var connection = await database.ConnectAsync();
        return await SchemaVersion.ReadAsync(connection, default);
    }
}
