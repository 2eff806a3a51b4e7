using Gateway.Database.Running;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Running;

public sealed class MigrationRunnerTests(TestServers servers)
{
    private static readonly Migration First = new(1, "create_first", "CREATE TABLE first (id integer);", "DROP TABLE first;");
    private static readonly Migration Second = new(2, "create_second", "CREATE TABLE second (id integer);", "DROP TABLE second;");
    private static readonly Migration Third = new(3, "create_third", "CREATE TABLE third (id integer);", "DROP TABLE third;");

    [Fact]
    public void Migrations_of_this_build_are_numbered_without_gaps() =>
        Assert.Equal(Enumerable.Range(1, Migration.All.Count), Migration.All.Select(migration => migration.Version));

    [Fact]
    public async Task Up_applies_what_is_missing_and_only_that()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await database.Runner(First).UpAsync(default);

        var applied = new List<Migration>();
        var runner = new MigrationRunner(database.ConnectionString, [First, Second, Third]) { OnApplied = (migration, _) => applied.Add(migration) };
        await runner.UpAsync(targetVersion: 2, default);
        Assert.Equal([Second], applied);
        await runner.UpAsync(default);
        Assert.Equal([Second, Third], applied);
        await runner.UpAsync(default);
        Assert.Equal([Second, Third], applied);
    }

    [Fact]
    public async Task Schema_version_is_that_of_the_last_applied_migration()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await using var connection = await database.ConnectAsync();
        Assert.Equal(0, await SchemaVersion.ReadAsync(connection, default));
        await database.Runner(First, Second).UpAsync(default);
        Assert.Equal(2, await SchemaVersion.ReadAsync(connection, default));
    }

    [Fact]
    public async Task Down_takes_back_the_last_steps_or_to_a_version()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var takenBack = new List<Migration>();
        var runner = new MigrationRunner(database.ConnectionString, [First, Second, Third]) { OnTakenBack = (migration, _) => takenBack.Add(migration) };
        await runner.UpAsync(default);

        await runner.DownAsync(steps: 1, default);
        Assert.Equal([Third], takenBack);
        await runner.DownToAsync(targetVersion: 0, default);
        Assert.Equal([Third, Second, First], takenBack);
        Assert.False(await database.HasRelationAsync("first"));
        await runner.DownAsync(steps: 1, default);
        Assert.Equal(3, takenBack.Count);
    }

    [Fact]
    public async Task Status_tells_applied_pending_edited_and_unknown_and_changes_nothing()
    {
        var database = await TestDatabase.CreateAsync(servers);
        Assert.All(await database.Runner(First, Second).StatusAsync(default), status => Assert.Equal(MigrationState.Pending, status.State));
        Assert.False(await database.HasRelationAsync("schema_migrations"));

        await database.Runner(First, Second, Third).UpAsync(default);
        await database.ExecuteAsync("DELETE FROM schema_migrations WHERE version = 1");
        var statuses = await database.Runner(First, Second with { Up = "SELECT 1" }).StatusAsync(default);
        Assert.Equal([MigrationState.Pending, MigrationState.Edited, MigrationState.Unknown], statuses.Select(status => status.State));
        Assert.Equal(["create_first", "create_second", "create_third"], statuses.Select(status => status.Name));
        Assert.Null(statuses[0].AppliedAt);
        Assert.Equal(TimeSpan.Zero, statuses[1].AppliedAt!.Value.Offset);
    }

    [Fact]
    public async Task Edited_migration_is_refused_by_up_and_down_with_its_file_and_nothing_is_done()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await database.Runner(First, Second).UpAsync(default);

        var runner = database.Runner(First with { Up = First.Up + "\n-- a thought" }, Second, Third);
        foreach (var action in (Func<Task>[])[() => runner.UpAsync(default), () => runner.DownAsync(steps: 1, default)])
        {
            var exception = await Assert.ThrowsAsync<MigrationException>(action);
            Assert.Equal(MigrationFailure.Conflict, exception.Failure);
            Assert.Contains("001_create_first.up.sql was edited", exception.Message, StringComparison.Ordinal);
        }

        Assert.True(await database.HasRelationAsync("second"));
        Assert.False(await database.HasRelationAsync("third"));
    }

    [Fact]
    public void Checksum_does_not_depend_on_line_endings() =>
        Assert.Equal((First with { Up = "SELECT\n1;\n" }).Checksum, (First with { Up = "SELECT\r\n1;\r\n" }).Checksum);

    [Fact]
    public async Task Database_newer_than_the_build_is_left_alone()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await database.Runner(First, Second, Third).UpAsync(default);

        var older = database.Runner(First, Second);
        await older.UpAsync(default);
        var exception = await Assert.ThrowsAsync<MigrationException>(() => older.DownAsync(steps: 1, default));
        Assert.Equal(MigrationFailure.Conflict, exception.Failure);
        Assert.Contains("003_create_third was applied by another build", exception.Message, StringComparison.Ordinal);
        Assert.True(await database.HasRelationAsync("third"));
    }

    [Fact]
    public async Task Migration_below_what_a_newer_build_applied_is_refused()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await database.Runner(First, Third).UpAsync(default);

        var exception = await Assert.ThrowsAsync<MigrationException>(() => database.Runner(First, Second).UpAsync(default));
        Assert.Equal(MigrationFailure.Conflict, exception.Failure);
        Assert.False(await database.HasRelationAsync("second"));
    }

    [Fact]
    public async Task Version_that_does_not_exist_is_not_found()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var up = await Assert.ThrowsAsync<MigrationException>(() => database.Runner(First).UpAsync(targetVersion: 7, default));
        var down = await Assert.ThrowsAsync<MigrationException>(() => database.Runner(First).DownToAsync(targetVersion: 7, default));
        Assert.Equal((MigrationFailure.NotFound, MigrationFailure.NotFound), (up.Failure, down.Failure));
    }
}
