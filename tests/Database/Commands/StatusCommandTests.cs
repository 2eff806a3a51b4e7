using System.Text.Json;
using Gateway.Database.Commands;
using Gateway.Database.Running;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Commands;

public sealed class StatusCommandTests(TestServers servers)
{
    [Fact]
    public async Task Status_prints_a_row_a_migration_and_database()
    {
        var first = await TestDatabase.CreateMigratedAsync(servers);
        var second = await TestDatabase.CreateAsync(servers);
        var run = await CommandRun.RunAsync(first.Url, second.Url, null, "status");
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((ExitCode.Succeeded, 1 + (2 * Migration.All.Count)), (run.ExitCode, lines.Length));
        Assert.Matches($"^{first.Address} +001 +create_organizations +applied +20..-..-..T..:..:..Z$", lines[1]);
        Assert.Matches($"^{second.Address} +001 +create_organizations +pending +-$", lines[1 + Migration.All.Count]);
    }

    [Fact]
    public async Task Status_as_json_has_the_same()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync("DELETE FROM schema_migrations WHERE version = 10");
        using var json = JsonDocument.Parse((await CommandRun.RunAsync(database, "status", "--json")).Output);
        var report = json.RootElement[0];
        Assert.Equal(database.Address, report.GetProperty("database").GetString());
        var migrations = report.GetProperty("migrations").EnumerateArray().ToList();
        Assert.Equal((1, "create_organizations", "applied"), Describe(migrations[0]));
        Assert.Equal(JsonValueKind.String, migrations[0].GetProperty("appliedAt").ValueKind);
        Assert.Equal((10, "create_billable_usage", "pending"), Describe(migrations[9]));
        Assert.Equal(JsonValueKind.Null, migrations[9].GetProperty("appliedAt").ValueKind);
    }

    [Fact]
    public async Task Status_shows_what_was_edited_and_ends_as_a_conflict()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync("UPDATE schema_migrations SET checksum = 'another' WHERE version = 3");
        var run = await CommandRun.RunAsync(database, "status");
        Assert.Equal(ExitCode.Conflict, run.ExitCode);
        Assert.Matches("003 +create_rate_limit_configs +edited", run.Output);
        Assert.Equal($"{database.Address}: 003_create_rate_limit_configs.up.sql was edited after it was applied\n", run.Error);
    }

    [Fact]
    public async Task Schema_newer_than_the_build_is_shown_and_is_no_failure()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync("INSERT INTO schema_migrations VALUES (999, 'from_tomorrow', 'x')");
        var status = await CommandRun.RunAsync(database, "status");
        Assert.Equal(ExitCode.Succeeded, status.ExitCode);
        Assert.Matches("999 +from_tomorrow +unknown", status.Output);
        Assert.Contains("a newer build has been here", status.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Succeeded, (await CommandRun.RunAsync(database, "up")).ExitCode);
        (await CommandRun.RunAsync(database, "down", "--yes")).FailsWith(ExitCode.Conflict, "999_from_tomorrow was applied by another build");
    }

    private static (int Version, string? Name, string? State) Describe(JsonElement migration) =>
        (migration.GetProperty("version").GetInt32(), migration.GetProperty("name").GetString(), migration.GetProperty("state").GetString());
}
