using System.Diagnostics;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>How keygen knows that gateways know. The gateways are rows that the tests keep.</summary>
public sealed class PropagationTests(TestServers servers) : KeygenTest(servers)
{
    public static TheoryData<string, string> Changes => new()
    {
        { "revoke {key} --yes", "Revoked" },
        { "disable {key}", "Disabled" },
        { "update {key} --network 203.0.113.7", "Updated" },
        { "rotate {key} --yes", "Revoked" },
        { "org suspend {organization}", "Suspended" },
        { "limits set --org-id {organization} --per-minute 5", "Applied" },
        { "limits set --org-id {organization} --key-id {key} --per-minute 5", "Applied" },
        { "limits shadow on --org-id {organization}", "Applied" },
        { "quota set --org-id {organization} --per-month 5", "Applied" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_is_reported_once_every_gateway_has_applied_it(string command, string done)
    {
        var (key, _) = await CreateKeyAsync();
        GatewayRow[] gateways = [await RegisterAsync("gateway-1"), await RegisterAsync("gateway-2")];
        var before = await ScalarAsync<long>("SELECT version FROM configuration_version");

        var running = RunAsync([.. Arguments(command, key), "--wait", "1m"]);
        await Eventually.IsTrueAsync(
            () => ScalarAsync<bool>($"SELECT version > {before} FROM configuration_version"), "the change is committed");
        await gateways[0].ApplyAsync();
        Assert.False(running.IsCompleted);
        await gateways[1].ApplyAsync();
        var result = (await running).Succeeded();

        Assert.Matches($@"(?m)^{done} on 2 of 2 gateways in \d+ m?s\.$", result.Error);
    }

    [Fact]
    public async Task Revoke_json_counts_the_gateways()
    {
        var (key, _) = await CreateKeyAsync();
        var gateway = await RegisterAsync("gateway-1");

        var running = RunAsync("revoke", $"{key}", "--yes", "--wait", "1m", "--json");
        await RevokedAsync(key);
        await gateway.ApplyAsync();
        var json = (await running).Succeeded().Json;

        Assert.Equal("revoked", json.GetProperty("status").GetString());
        var gateways = json.GetProperty("gateways");
        Assert.Equal(["confirmed", "total", "milliseconds", "unconfirmed"], gateways.EnumerateObject().Select(property => property.Name));
        Assert.Equal((1, 1, 0), (gateways.GetProperty("confirmed").GetInt32(), gateways.GetProperty("total").GetInt32(), gateways.GetProperty("unconfirmed").GetArrayLength()));
    }

    [Fact]
    public async Task Rotate_json_stays_one_object_and_counts_the_gateways()
    {
        var (key, _) = await CreateKeyAsync();
        var gateway = await RegisterAsync("gateway-1");

        var running = RunAsync("rotate", $"{key}", "--yes", "--wait", "1m", "--json");
        await RevokedAsync(key);
        await gateway.ApplyAsync();
        var json = (await running).Succeeded().Json;

        Assert.StartsWith("sk_live_", json.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, json.GetProperty("gateways").GetProperty("confirmed").GetInt32());
    }

    [Fact]
    public async Task Gateway_that_does_not_confirm_in_time_is_named_and_the_key_is_revoked_all_the_same()
    {
        var (key, _) = await CreateKeyAsync();
        await RegisterAsync("gateway-1");
        await RegisterAsync("gateway-2");

        var result = await RunAsync("revoke", $"{key}", "--yes", "--wait", "1s", "--json");

        Assert.Equal(5, result.ExitCode);
        Assert.Matches(@"(?m)^keygen: the change is committed, but so far revoked on 0 of 2 gateways only, after ([1-9]\d{3} ms|\d+ s)$", result.Error);
        Assert.Matches(@"(?m)^  gateway-2 was last seen \d+ s ago and can go on as before until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ at the latest$", result.Error);
        var unconfirmed = result.Json.GetProperty("gateways").GetProperty("unconfirmed").EnumerateArray().ToList();
        Assert.Equal(["gateway-1", "gateway-2"], unconfirmed.Select(gateway => gateway.GetProperty("name").GetString()));
        Assert.Equal(
            unconfirmed[0].GetProperty("lastSeen").GetDateTime().AddSeconds(900), unconfirmed[0].GetProperty("refusesAt").GetDateTime());
        Assert.True(await ScalarAsync<bool>($"SELECT revoked_at IS NOT NULL FROM api_keys WHERE id = '{key}'"));
    }

    [Fact]
    public async Task Silent_gateway_is_named_and_not_waited_for()
    {
        var (key, _) = await CreateKeyAsync();
        var speaking = await RegisterAsync("gateway-1");
        await RegisterAsync("gateway-7", seenSecondsAgo: 42);

        var started = Stopwatch.GetTimestamp();
        var running = RunAsync("revoke", $"{key}", "--yes", "--wait", "10m", "--json");
        await RevokedAsync(key);
        await speaking.ApplyAsync();
        var result = await running;

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("1 of 2 gateways only", result.Error, StringComparison.Ordinal);
        Assert.Matches("gateway-7 was last seen (4[2-9]|[5-9][0-9]) s ago", result.Error);
        Assert.Equal("gateway-7", Assert.Single(result.Json.GetProperty("gateways").GetProperty("unconfirmed").EnumerateArray()).GetProperty("name").GetString());
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Gateway_that_surely_refuses_by_now_does_not_count()
    {
        var (key, _) = await CreateKeyAsync();
        await RegisterAsync("gateway-1", seenSecondsAgo: 901);
        await RegisterAsync("gateway-2", seenSecondsAgo: 61, maximumAgeSeconds: 60);

        var result = (await RunAsync("revoke", $"{key}", "--yes", "--json")).Succeeded();

        Assert.Equal(0, result.Json.GetProperty("gateways").GetProperty("total").GetInt32());
        Assert.Contains("No gateway has registered", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limits set --per-minute 5")]
    [InlineData("quota set --per-month 5")]
    public async Task Limit_that_a_gateway_does_not_confirm_in_time_is_set_all_the_same(string command)
    {
        await RegisterAsync("gateway-1");

        var result = await RunAsync([.. command.Split(' '), "--org-id", $"{Organization}", "--wait", "1s", "--json"]);

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("keygen: the change is committed, but so far applied on 0 of 1 gateway only", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Json.GetProperty("gateways").GetProperty("unconfirmed").GetArrayLength());
        Assert.Equal(1, await ScalarAsync<long>("SELECT (SELECT count(*) FROM rate_limit_configs) + (SELECT count(*) FROM quotas)"));
    }

    [Fact]
    public async Task Limit_that_changes_nothing_is_confirmed_at_once_by_gateways_that_are_in_step()
    {
        await RegisterAsync("gateway-1");

        var result = (await RunAsync("limits", "unset", "--org-id", $"{Organization}", "--wait", "10m")).Succeeded();

        Assert.Contains("Applied on 1 of 1 gateway", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_of_zero_does_not_ask_the_gateways()
    {
        var (key, _) = await CreateKeyAsync();
        await RegisterAsync("gateway-1");

        var result = (await RunAsync("revoke", $"{key}", "--yes", "--wait", "0", "--json")).Succeeded();

        Assert.Equal(System.Text.Json.JsonValueKind.Null, result.Json.GetProperty("gateways").ValueKind);
        Assert.DoesNotContain("gateway-1", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_of_a_revoked_key_asks_the_gateways_again()
    {
        var (key, _) = await CreateKeyAsync();
        var gateway = await RegisterAsync("gateway-1");
        Assert.Equal(5, (await RunAsync("revoke", $"{key}", "--yes", "--wait", "1s")).ExitCode);
        await gateway.ApplyAsync();

        Assert.Contains("Revoked on 1 of 1 gateway in", (await RunAsync("revoke", $"{key}", "--yes")).Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_breaks_during_the_wait_is_no_revocation_that_failed()
    {
        var (key, _) = await CreateKeyAsync();
        await RegisterAsync("gateway-1");

        var running = RunAsync("rotate", $"{key}", "--yes", "--wait", "10m", "--json");
        await WaitingAsync();
        await ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'keygen'");
        var result = await running;

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("keygen: the change is committed, but", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("sk_live_", result.Json.GetProperty("key").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_that_hangs_during_the_wait_does_not_prolong_it()
    {
        var (key, _) = await CreateKeyAsync();
        await using var connection = await ConnectAsync();
        await using var holding = await connection.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand("LOCK TABLE gateway_instances IN ACCESS EXCLUSIVE MODE", connection))
        {
            await hold.ExecuteNonQueryAsync();
        }

        var result = await RunAsync("revoke", $"{key}", "--yes", "--wait", "1s", "--json");

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("what gateways know of it is unknown", result.Error, StringComparison.Ordinal);
        Assert.Contains("PostgreSQL does not answer", result.Error, StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, result.Json.GetProperty("gateways").GetProperty("total").ValueKind);
    }

    [Fact]
    public async Task Interruption_during_the_wait_is_no_revocation_that_failed()
    {
        var (key, _) = await CreateKeyAsync();
        await RegisterAsync("gateway-1");
        using var interrupted = new CancellationTokenSource();

        var running = RunAsync(["revoke", $"{key}", "--yes", "--wait", "10m"], interrupted.Token);
        await WaitingAsync();
        await interrupted.CancelAsync();
        var result = await running;

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("so far revoked on 0 of 1 gateway only", result.Error, StringComparison.Ordinal);
        Assert.Contains("interrupted", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_of_a_gateway_cannot_disturb_a_terminal()
    {
        var (key, _) = await CreateKeyAsync();
        await RegisterAsync("gate\u001b[2Jway\n", seenSecondsAgo: 42);

        var result = await RunAsync("revoke", $"{key}", "--yes");

        Assert.Contains("gate\uFFFD[2Jway\uFFFD was last seen", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update {key} --name other")]
    [InlineData("revoke {key} --yes")]
    public async Task Version_that_is_waited_for_is_the_one_of_the_change(string command)
    {
        var (key, _) = await CreateKeyAsync();
        await RegisterAsync("gateway-1");
        var next = await ScalarAsync<long>("SELECT version + 1 FROM configuration_version");
        await ExecuteAsync($"UPDATE gateway_instances SET applied_version = {next}");

        // A later change of somebody else is none of ours to wait for.
        (await RunAsync(Arguments(command, key))).Succeeded();
    }

    private string[] Arguments(string command, Guid key) =>
        [.. command.Split(' ').Select(word => word switch { "{key}" => $"{key}", "{organization}" => $"{Organization}", _ => word })];

    private async Task<GatewayRow> RegisterAsync(string name, int seenSecondsAgo = 0, int maximumAgeSeconds = 900)
    {
        var gateway = new GatewayRow(ConnectAsync, name);
        await gateway.RegisterAsync(seenSecondsAgo, maximumAgeSeconds);
        return gateway;
    }

    private Task WaitingAsync() => Eventually.IsTrueAsync(
        () => ScalarAsync<bool>(
            "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'keygen' AND query LIKE '%FROM gateway_instances%'"),
        "keygen asks for the gateways");

    private Task RevokedAsync(Guid key) => Eventually.IsTrueAsync(
        () => ScalarAsync<bool>($"SELECT revoked_at IS NOT NULL FROM api_keys WHERE id = '{key}'"), "the key is revoked");
}
