using Gateway.Database.Commands;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Commands;

public sealed class SeedCommandTests(TestServers servers)
{
    [Fact]
    public async Task Seed_can_be_applied_again_and_says_that_it_is_for_development()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        for (var time = 0; time < 2; time++)
        {
            var run = await CommandRun.RunAsync(database, "seed");
            Assert.Equal((ExitCode.Succeeded, $"{database.Address}: seeded development.sql\n"), (run.ExitCode, run.Output));
            Assert.Contains("development", run.Error, StringComparison.Ordinal);
        }

        Assert.Equal(1, await database.ReadAsync<int>("SELECT count(*)::integer FROM organizations"));
        Assert.Equal(2, await database.ReadAsync<int>("SELECT count(*)::integer FROM rate_limit_configs"));
    }

    [Fact]
    public async Task Seed_without_the_schema_names_the_file_and_line()
    {
        var run = await CommandRun.RunAsync(await TestDatabase.CreateAsync(servers), "seed");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("development.sql, line 3: relation \"organizations\" does not exist", run.Error, StringComparison.Ordinal);
    }
}
