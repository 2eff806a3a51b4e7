using System.Net;
using System.Text.Json;
using Gateway.Contracts;
using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Npgsql;

namespace Gateway.EndToEnd.Tests;

/// <summary>
/// The real programs, each as a user of its own role and with its URL in a file: they do all their work. That the roles may do
/// nothing else is checked by the matrix of tests/Database/Roles.
/// </summary>
public sealed class RolesTests(TestServers servers) : IAsyncDisposable
{
    private const string Service = "service";
    private const string Processor = "processor";
    private const string Operator = "operator";
    private const string Reporting = "reporting";
    private const string Password = "only-in-files";

    private static readonly string[] Programs = [Service, Processor, Operator, Reporting];

    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];
    private readonly TemporaryDirectory _secrets = new();
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    [Fact]
    public async Task Every_program_does_its_work_as_a_user_that_may_do_nothing_else()
    {
        var url = await CreateDatabaseAsync();
        await using var stack = Stack.Create(url, (await servers.RedisAsync()).Url, _broker.BootstrapServers);
        stack.Set(EnvironmentVariables.DatabaseUrl, null);
        await stack.StartBackendAsync();
        ActAs(stack, Processor);
        await stack.StartProcessorAsync();
        ActAs(stack, Service);
        await stack.StartGatewayAsync();
        ActAs(stack, Operator);
        await stack.UntilReadyAsync();

        var organization = await stack.KeygenAsync("org", "create", "Example Ltd");
        var key = await stack.KeygenAsync("create", "--org-id", organization, "--name", "web");
        await stack.KeygenAsync("limits", "set", "--org-id", organization, "--per-minute", "1000", "--per-day", "10");
        await stack.KeygenAsync("quota", "set", "--org-id", organization, "--per-month", "1000");
        using (var client = stack.Client(key))
        {
            for (var request = 0; request < 10; request++)
            {
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/hello")).StatusCode);
            }

            Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("/hello")).StatusCode);
        }

        await Eventually.EqualsAsync((11L, 10L), () => stack.UsageAsync(organization), TimeSpan.FromSeconds(60));
        await OperateAsync(stack, organization);

        // As who it was, through a trigger that writes where nobody may.
        Assert.Equal(User(Operator), await stack.QueryAsync<string>("SELECT string_agg(DISTINCT database_user, ' ') FROM audit_log"));
        Assert.Equal(90, await stack.QueryAsync<int>("SELECT extract(day FROM kept_for)::integer FROM usage_retention"));
        await ReportAsync(url, organization);

        await stack.Gateway.StopAsync();
        await stack.Processor.StopAsync();
        Assert.Equal(0, await stack.QueryAsync<long>("SELECT count(*) FROM gateway_instances"));
        foreach (var log in Directory.GetFiles(stack.LogFolder, "*.log"))
        {
            var text = await File.ReadAllTextAsync(log);
            Assert.DoesNotContain("permission denied", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Program_with_another_programs_user_says_in_one_line_what_is_missing()
    {
        await using var stack = Stack.Create(await CreateDatabaseAsync(), (await servers.RedisAsync()).Url, _broker.BootstrapServers);
        stack.Set(EnvironmentVariables.DatabaseUrl, null);

        ActAs(stack, Reporting);
        var list = await stack.RunKeygenAsync("org", "list");
        ActAs(stack, Service);
        var create = await stack.RunKeygenAsync("org", "create", "Example Ltd");

        // It gives each look some seconds, which a busy machine can use up.
        var doctor = await Eventually.BecomesAsync(
            () => stack.RunKeygenAsync("doctor"), result => result.Output.Contains("gateway-db roles", StringComparison.Ordinal), "the doctor says what helps");
        ActAs(stack, Reporting);
        await stack.StartProcessorAsync();

        Assert.Equal((1, 1), (list.ExitCode, create.ExitCode));
        Assert.Matches("^keygen: PostgreSQL at .* lets user \"reporting_.*\" in, who may not do this: permission denied for table schema_migrations; .* see gateway-db roles .*$", list.Errors);
        Assert.Matches("^keygen: the database user may not do this: permission denied for table organizations; .* gateway_operator, see gateway-db roles$", create.Errors);
        Assert.Equal(1, doctor.ExitCode);
        var log = Path.Combine(stack.LogFolder, "usage-processor.log");
        await Eventually.IsTrueAsync(
            async () => File.Exists(log) && (await File.ReadAllTextAsync(log)).Contains("give them to it (gateway-db roles)", StringComparison.Ordinal),
            "the usage-processor says what it lacks",
            TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _secrets.Dispose();
    }

    /// <summary>One command at least of every kind that keygen has.</summary>
    private static async Task OperateAsync(Stack stack, string organization)
    {
        var second = await stack.KeygenAsync("create", "--org-id", organization, "--name", "second", "--json");
        var id = JsonDocument.Parse(second).RootElement.GetProperty("id").GetString()!;
        var backend = stack.ProxyUrl.AbsoluteUri;
        string[][] commands =
        [
            ["org", "list"], ["org", "show", organization], ["org", "rename", organization, "Example plc"], ["list", "--org-id", organization],
            ["show", id], ["update", id, "--name", "third"], ["disable", id], ["enable", id], ["limits", "set", "--org-id", organization, "--key-id", id, "--per-minute", "5"],
            ["limits", "show", "--org-id", organization], ["limits", "shadow", "on", "--org-id", organization], ["limits", "unset", "--org-id", organization, "--key-id", id],
            ["quota", "show", "--org-id", organization], ["quota", "unset", "--org-id", organization],
            ["backend", "set", organization, backend, "--dry-run"], ["backend", "set", organization, backend], ["backend", "show", organization],
            ["backend", "list"], ["backend", "remove", organization], ["usage", "--org-id", organization, "--by", "day"], ["top"],
            ["events", "--org-id", organization], ["dead-letters", "list"], ["audit", "--org-id", organization], ["reconcile"],
            ["org", "suspend", organization], ["org", "resume", organization], ["rotate", id, "--yes"],
        ];
        foreach (var command in commands)
        {
            await stack.KeygenAsync(command);
        }

        var successor = JsonDocument.Parse(await stack.KeygenAsync("show", id, "--json")).RootElement.GetProperty("rotatedTo").GetString()!;
        await stack.KeygenAsync("revoke", successor, "--yes");
        await stack.KeygenAsync("doctor");
    }

    /// <summary>What Grafana draws, and what it must not.</summary>
    private async Task ReportAsync(string url, string organization)
    {
        var settings = Database.DatabaseUrl.Parse(url);
        (settings.Username, settings.Password, settings.Pooling) = (User(Reporting), Password, false);
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();

        Assert.Equal(11L, await ReadAsync("SELECT sum(requests)::bigint FROM usage_hourly JOIN organizations ON organizations.id = organization_id"));
        Assert.Equal(10L, await ReadAsync($"SELECT billable_units FROM billable_usage('{organization}', now() - interval '1 day', now() + interval '1 day')"));
        Assert.Equal(1L, await ReadAsync(
            "SELECT count(*) FROM top_consumers(date_trunc('day', now() - interval '1 day'), date_trunc('day', now() + interval '2 days'), 10)"));
        foreach (var refused in (string[])
            ["SELECT key_hash FROM api_keys", "SELECT message_value FROM dead_letters", "SELECT count(*) FROM backends", "UPDATE usage_ledger SET requests = 0",
             "DELETE FROM usage_events", "CREATE TABLE mine ()", "SELECT keep_raw_usage(3)", "SELECT next_configuration_version()"])
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => ReadAsync(refused));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }

        async Task<object?> ReadAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }
    }

    private async Task<string> CreateDatabaseAsync()
    {
        var url = await servers.CreateDatabaseAsync();
        foreach (var program in Programs)
        {
            var settings = new UriBuilder(url) { UserName = User(program), Password = Password };
            await File.WriteAllTextAsync(SecretFile(program), $"{settings.Uri}\n");
        }

        await LocalStack.Processes.Programs.ReadAsync(
            "gateway-db",
            ["roles", .. Programs.SelectMany(program => (string[])[$"--{program}", SecretFile(program)])],
            new Dictionary<string, string?> { [EnvironmentVariables.DatabaseUrl] = url, [EnvironmentVariables.AnalyticsDatabaseUrl] = null });
        return url;
    }

    private void ActAs(Stack stack, string program) =>
        stack.Set(EnvironmentVariables.DatabaseUrl + EnvironmentVariables.FileSuffix, SecretFile(program));

    private string SecretFile(string program) => _secrets.Combine(program);

    // Users belong to the whole server, which other tests have.
    private string User(string program) => $"{program}_{_suffix}";
}
