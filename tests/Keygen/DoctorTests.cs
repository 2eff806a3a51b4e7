using Gateway.Contracts;
using Gateway.Database.Running;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class DoctorTests(TestServers servers) : DoctorTest(servers)
{
    [Fact]
    public async Task Nothing_wrong_is_all_ok_and_exit_code_0()
    {
        StartKafka();

        var result = (await DoctorAsync()).Succeeded();

        Assert.All(result.OutputLines, line => Assert.Equal("ok", line.Split('\t')[1]));
        Assert.Equal(
            [
                "postgresql", "postgresql-clock", "postgresql-schema", "gateways", "usage-database", "timescaledb", "heartbeats", "dead-letters",
                "redis", "redis-memory", "redis-scripts", "redis-clock", "kafka", "topic usage-events", "topic usage-events-dead", "usage-processor",
            ],
            result.OutputLines.Select(line => line.Split('\t')[0]));
        Assert.Equal("Nothing is wrong.\n", result.Error);
    }

    [Fact]
    public async Task Everything_away_is_said_of_each_with_what_to_do_and_exit_code_1()
    {
        Variables[EnvironmentVariables.DatabaseUrl] = $"postgresql://u:secret@127.0.0.1:{FreePort.Next()}/d";
        Variables[EnvironmentVariables.RedisUrl] = $"redis://:secret@127.0.0.1:{FreePort.Next()}";
        Variables[EnvironmentVariables.KafkaBootstrapServers] = $"127.0.0.1:{FreePort.Next()}";

        var result = await DoctorAsync("--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal((4, 0), (result.Json.GetProperty("failed").GetInt32(), result.Json.GetProperty("warnings").GetInt32()));
        Assert.Equal(["postgresql", "usage-database", "redis", "kafka"], Checks(result).Select(finding => finding.GetProperty("check").GetString()));
        Assert.All(Checks(result), finding => Assert.Matches("cannot be reached", finding.GetProperty("seen").GetString()!));
        Assert.All(Checks(result), finding => Assert.False(string.IsNullOrEmpty(finding.GetProperty("advice").GetString())));
        Assert.DoesNotContain("secret", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_set_is_skipped_but_the_database_has_to_be()
    {
        Variables.Clear();

        var result = await DoctorAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            ["postgresql\tfailed", "usage-database\tfailed", "redis\tskipped", "kafka\tskipped"],
            result.OutputLines.Select(line => string.Join('\t', line.Split('\t')[..2])));
        Assert.Equal("2 failed, 0 to be looked at.\n", result.Error);
    }

    [Fact]
    public async Task Settings_that_cannot_be_read_are_named_and_never_repeated()
    {
        Variables[EnvironmentVariables.DatabaseUrl] = "mysql://u:secret@host/d";
        Variables[EnvironmentVariables.RedisUrl] = "http://:secret@host";
        Variables[EnvironmentVariables.KafkaBootstrapServers] = "nowhere";

        var result = await DoctorAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.All(result.OutputLines, line => Assert.Contains("\tfailed\t", line, StringComparison.Ordinal));
        foreach (var variable in (string[])[EnvironmentVariables.DatabaseUrl, EnvironmentVariables.RedisUrl, EnvironmentVariables.KafkaBootstrapServers])
        {
            Assert.Contains(variable, result.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("secret", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminal_gets_a_table_whose_colors_can_be_turned_off()
    {
        Assert.Matches(@"CHECK.*RESULT.*SEEN.*WHAT TO DO[\s\S]*postgresql .*ok .*PostgreSQL 1", await ShownAsync(hasColors: false));
        Assert.DoesNotContain('\u001b', await ShownAsync(hasColors: false));
        Assert.Contains("\u001b[32mok", await ShownAsync(hasColors: true), StringComparison.Ordinal);

        async Task<string> ShownAsync(bool hasColors) => (await RunAsync(
            surroundings => surroundings with { Time = TimeProvider.System, IsOutputTerminal = true, Width = 160, HasColors = hasColors }, "doctor")).Succeeded().Output;
    }

    [Fact]
    public async Task Schema_that_is_too_old_newer_or_edited_is_said()
    {
        await ExecuteAsync("INSERT INTO schema_migrations (version, name, checksum) VALUES (999, 'from_the_future', 'x')");
        Assert.Equal($"warning: version 999, and this keygen knows {Migration.LatestVersion}", await FindAsync("postgresql-schema"));

        await ExecuteAsync($"DELETE FROM schema_migrations WHERE version >= {Migration.LatestVersion}");
        Assert.Equal($"failed: version {Migration.LatestVersion - 1}, and {Migration.LatestVersion} is needed", await FindAsync("postgresql-schema"));
        Assert.StartsWith("skipped: ", await FindAsync("usage-database"), StringComparison.Ordinal);

        await ExecuteAsync("UPDATE schema_migrations SET checksum = 'x' WHERE version = 2");
        Assert.StartsWith("failed: migration 002_create_api_keys is another one", await FindAsync("postgresql-schema"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3600, "failed", "ahead of the clock here")]
    [InlineData(-30, "warning", "behind the clock here")]
    public async Task Clocks_that_are_apart_are_said(int seconds, string expected, string direction)
    {
        Clock.Now = TimeProvider.System.GetUtcNow().AddSeconds(-seconds);

        var found = Checks(await RunAsync("doctor", "--json")).Where(finding => finding.GetProperty("check").GetString()!.EndsWith("-clock", StringComparison.Ordinal)).ToList();

        Assert.Equal(["postgresql-clock", "redis-clock"], found.Select(finding => finding.GetProperty("check").GetString()));
        Assert.All(found, finding => Assert.Equal(expected, finding.GetProperty("result").GetString()));
        Assert.All(found, finding => Assert.EndsWith(direction, finding.GetProperty("seen").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gateways_and_sources_that_are_silent_and_dead_letters_are_warnings()
    {
        await ExecuteAsync("""
            UPDATE gateway_instances SET applied_version = 0;
            INSERT INTO dead_letters (topic, partition, message_offset, reason) VALUES ('usage-events', 0, 1, 'x'), ('usage-events', 0, 2, 'x');
            UPDATE dead_letters SET replayed_at = now() WHERE message_offset = 2
            """);
        Assert.Equal("warning: 1, of which 1 have not applied the newest change", await FindAsync("gateways"));
        Assert.Equal("warning: 1, not billed", await FindAsync("dead-letters"));

        await ExecuteAsync("""
            INSERT INTO gateway_instances (id, name, applied_version, maximum_age_seconds, seen_at) VALUES (gen_random_uuid(), 'quiet', 0, 900, now() - interval '1 minute');
            INSERT INTO usage_sources (source, announced_sequence, announced_at, announced_since) VALUES ('gateway/quiet', 1, now() - interval '3 minutes', now());
            INSERT INTO usage_sources (source, announced_sequence, announced_at, announced_since, ended_at) VALUES ('gateway/ended', 1, now() - interval '1 day', now(), now())
            """);
        Assert.StartsWith("warning: 2, of which 1 silent: quiet was last seen ", await FindAsync("gateways"), StringComparison.Ordinal);
        Assert.StartsWith("warning: heard: 1 gateway; silent without having ended: 1; ", await FindAsync("heartbeats"), StringComparison.Ordinal);

        await ExecuteAsync("DELETE FROM gateway_instances; DELETE FROM usage_sources");
        Assert.Equal("warning: none has reported", await FindAsync("gateways"));
        Assert.Equal("warning: none was ever stored", await FindAsync("heartbeats"));
        Assert.Equal(0, (await DoctorAsync()).ExitCode);
    }

    [Fact]
    public async Task User_without_rights_is_told_to_get_them()
    {
        var role = $"stranger_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'p'");
        var settings = Database.DatabaseUrl.Parse(DatabaseUrl);
        Variables[EnvironmentVariables.DatabaseUrl] = $"postgresql://{role}:p@{settings.Host}:{settings.Port}/{settings.Database}";

        var failed = Checks(await DoctorAsync("--json")).Where(finding => finding.GetProperty("result").GetString() == "failed").ToList();

        Assert.Equal(["postgresql", "usage-database"], failed.Select(finding => finding.GetProperty("check").GetString()));
        Assert.All(failed, finding => Assert.Equal("grant the user that right, or name one who has it", finding.GetProperty("advice").GetString()));
    }

    [Fact]
    public async Task What_waits_in_Kafka_is_compared_with_what_is_stored()
    {
        await SendAsync(StartKafka(), 3);
        Assert.Matches(@"^ok: waiting to be stored: 3 messages; it last stored \d+ s ago$", await FindAsync("usage-processor"));

        await ExecuteAsync("UPDATE consumer_offsets SET updated_at = now() - interval '10 minutes'");
        Assert.Equal("failed: waiting to be stored: 3 messages; it last stored 10 min ago", await FindAsync("usage-processor"));

        await ExecuteAsync("UPDATE consumer_offsets SET next_offset = 3 WHERE partition = 5");
        Assert.Equal("ok: everything is stored", await FindAsync("usage-processor"));

        await ExecuteAsync("UPDATE consumer_offsets SET next_offset = 7 WHERE partition = 5");
        Assert.StartsWith("failed: the database is 4 messages ahead of the topic", await FindAsync("usage-processor"), StringComparison.Ordinal);

        await ExecuteAsync("DELETE FROM consumer_offsets");
        Assert.Equal("failed: waiting to be stored: 3 messages; it has never stored any", await FindAsync("usage-processor"));
    }

    [Fact]
    public async Task Partition_without_a_leader_fails()
    {
        StartKafka().LoseLeader(Topics.UsageEvents, 3);

        Assert.Contains("1 without a leader", await FindAsync("topic usage-events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_database_of_its_own_is_looked_at_too()
    {
        Variables[EnvironmentVariables.AnalyticsDatabaseUrl] = await Servers.CreateDatabaseAsync();

        Assert.StartsWith("ok: PostgreSQL 1", await FindAsync("usage-database"), StringComparison.Ordinal);
        Assert.Equal($"ok: version {Migration.LatestVersion}", await FindAsync("usage-database-schema"));
    }
}
