using Gateway.Database.Running;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Running;

public sealed class FailingMigrationTests(TestServers servers)
{
    private const string Name = "001_broken.up.sql";

    [Theory]
    [InlineData("third statement", 5, "syntax error", """
        CREATE TABLE one (id integer);
        CREATE TABLE two (id integer);

        CREATE TABLE three (
            id integr integer
        );
        """)]
    [InlineData("unknown table", 2, "relation \"nowhere\" does not exist", "SELECT 1;\nSELECT * FROM nowhere;\n")]
    [InlineData("strings, comments, characters beyond the basic plane", 7, "nothing", """
        SELECT 'a ; b', E'c \' ; d', $$ e ; $$, "relname" FROM pg_class; -- ; '
        /* ; /* ; */
        */
        SELECT '😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀
        ü ''quoted'' ;',
            1,
            nothing
        FROM pg_class;
        """)]
    [InlineData("failure without a place in the text", 3, "division by zero", "SELECT 1;\n\nSELECT 1\n/ 0;")]
    [InlineData("query in a block", 7, "\"nowhere\"", """
        SELECT 1;
        DO $block$
        BEGIN
            PERFORM 1;
            PERFORM count(*)
            FROM pg_class
            JOIN nowhere ON true;
        END
        $block$;
        """)]
    [InlineData("run-time failure in a block", 6, "division by zero", """
        SELECT 1;
        DO LANGUAGE plpgsql $block$
        BEGIN
            PERFORM 1;
            -- the next line
            PERFORM 1 / 0;
        END
        $block$;
        """)]
    [InlineData("query that stands twice in a block", 5, "\"nowhere\"", """
        DO $$
        BEGIN
            IF false THEN
                PERFORM * FROM nowhere; END IF;
            PERFORM * FROM nowhere;
        END
        $$;
        """)]
    [InlineData("exception raised in a block", 4, "no good", "SELECT 1;\nDO $$\nBEGIN\n    RAISE 'no good';\nEND $$;")]
    [InlineData("syntax of a block", 4, "missing expression", "SELECT 1;\nDO $$\nBEGIN\n    IF THEN;\nEND $$;")]
    [InlineData("body of a function", 4, "\"nowhere\"", "SELECT 1;\nCREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$\n    SELECT count(*)\n    FROM nowhere $$;")]
    [InlineData("after a body with semicolons", 5, "\"nowhere\"", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\n    SELECT 1;\n    SELECT 2;\nEND;\nSELECT * FROM nowhere;")]
    [InlineData("body with semicolons", 4, "\"nowhere\"", "SELECT 1;\nCREATE FUNCTION f() RETURNS int BEGIN ATOMIC\n    SELECT '$statement$';\n    SELECT * FROM nowhere;\nEND;")]
    [InlineData("transaction of its own", 2, "COMMIT is not allowed", "SELECT 1;\nCOMMIT;")]
    public async Task Failure_names_the_file_the_line_and_PostgreSQLs_reason(string what, int line, string reason, string sql)
    {
        var database = await TestDatabase.CreateAsync(servers);
        var exception = await Assert.ThrowsAsync<MigrationException>(
            () => database.Runner(new Migration(1, "broken", sql.ReplaceLineEndings("\n"), "SELECT 1")).UpAsync(default));
        Assert.StartsWith($"{Name}, line {line}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task Failing_migration_leaves_what_was_there_before_it()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var good = new Migration(1, "good", "CREATE TABLE good (id integer);", "DROP TABLE good;");
        var bad = new Migration(2, "bad", "CREATE TABLE half (id integer); SELECT 1 / 0;", "DROP TABLE half; SELECT 1 / 0;");

        await Assert.ThrowsAsync<MigrationException>(() => database.Runner(good, bad).UpAsync(default));
        Assert.True(await database.HasRelationAsync("good"));
        Assert.False(await database.HasRelationAsync("half"));
        Assert.Equal([MigrationState.Applied, MigrationState.Pending], (await database.Runner(good, bad).StatusAsync(default)).Select(status => status.State));

        var repaired = bad with { Up = "CREATE TABLE half (id integer);" };
        await database.Runner(good, repaired).UpAsync(default);
        var exception = await Assert.ThrowsAsync<MigrationException>(() => database.Runner(good, repaired).DownAsync(steps: 1, default));
        Assert.StartsWith("002_bad.down.sql, line 1: division by zero", exception.Message, StringComparison.Ordinal);
        Assert.True(await database.HasRelationAsync("half"));
        Assert.Equal(MigrationState.Applied, (await database.Runner(good, repaired).StatusAsync(default))[1].State);
    }

    [Fact]
    public async Task Migration_that_is_cancelled_leaves_nothing_and_no_lock()
    {
        var database = await TestDatabase.CreateAsync(servers);
        using var cancellation = new CancellationTokenSource();
        var running = database.Runner(new Migration(1, "slow", "CREATE TABLE slow (id integer); SELECT pg_sleep(3600);", "SELECT 1")).UpAsync(cancellation.Token);
        await Eventually.IsTrueAsync(
            () => database.ReadAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database())"),
            "the migration runs");

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(await database.HasRelationAsync("slow"));
        await database.Runner(new Migration(1, "quick", "SELECT 1", "SELECT 1")).UpAsync(default);
    }

    [Fact]
    public async Task Wrong_password_is_the_servers_own_refusal()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var runner = new MigrationRunner(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "wrong" }.ConnectionString, Migration.All);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => runner.UpAsync(default));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, exception.SqlState);
    }
}
