using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class BackendTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Backend_set_stores_every_option()
    {
        var json = (await SetAsync(
            "http://10.0.0.1:5000", "http://10.0.0.2:5000/base", "--load-balancing", "least-requests", "--protocol", "http2",
            "--health-path", "/health?deep=1", "--timeout", "30s", "--json")).Succeeded().Json;

        Assert.Equal(
            ["organizationId", "organizationName", "addresses", "loadBalancing", "protocol", "healthPath", "timeoutSeconds", "updatedAt"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Organization, json.GetProperty("organizationId").GetGuid());
        Assert.Equal("http://10.0.0.1:5000/ http://10.0.0.2:5000/base", Addresses(json));
        Assert.Equal(
            ("least-requests", "http2", "/health?deep=1", 30),
            (json.GetProperty("loadBalancing").GetString(), json.GetProperty("protocol").GetString(), json.GetProperty("healthPath").GetString(), json.GetProperty("timeoutSeconds").GetInt32()));
        Assert.True(await ScalarAsync<bool>(
            $"SELECT addresses = '{{http://10.0.0.1:5000/,http://10.0.0.2:5000/base}}' AND load_balancing = 'least-requests' AND protocol = 'http2' AND health_path = '/health?deep=1' AND timeout_seconds = 30 FROM backends WHERE organization_id = '{Organization}'"));
    }

    [Fact]
    public async Task Backend_set_replaces_the_addresses_and_leaves_alone_what_it_does_not_name()
    {
        (await SetAsync("http://10.0.0.1", "--protocol", "http2", "--load-balancing", "random", "--health-path", "/up", "--timeout", "1h")).Succeeded();

        var json = (await SetAsync("http://10.0.0.2", "--protocol", "auto", "--json")).Succeeded().Json;

        Assert.Equal("http://10.0.0.2/", Addresses(json));
        Assert.Equal(
            ("auto", "random", "/up", 3600),
            (json.GetProperty("protocol").GetString(), json.GetProperty("loadBalancing").GetString(), json.GetProperty("healthPath").GetString(), json.GetProperty("timeoutSeconds").GetInt32()));
    }

    [Fact]
    public async Task Backend_set_takes_away_what_it_is_told_to()
    {
        (await SetAsync("http://10.0.0.1", "--health-path", "/up", "--timeout", "30s")).Succeeded();

        var json = (await SetAsync("http://10.0.0.1", "--no-health-path", "--default-timeout", "--json")).Succeeded().Json;

        Assert.Equal(
            (JsonValueKind.Null, JsonValueKind.Null), (json.GetProperty("healthPath").ValueKind, json.GetProperty("timeoutSeconds").ValueKind));
    }

    [Fact]
    public async Task Backend_set_tells_every_gateway()
    {
        await using var connection = await ConnectAsync();
        await using (var listen = new Npgsql.NpgsqlCommand("LISTEN organization_changed", connection))
        {
            await listen.ExecuteNonQueryAsync();
        }

        var heard = new TaskCompletionSource<string>();
        connection.Notification += (_, notification) => heard.TrySetResult(notification.Payload);
        (await SetAsync("http://10.0.0.1")).Succeeded();
        await connection.WaitAsync(TimeSpan.FromSeconds(30), default);

        Assert.Equal($"{Organization}", await heard.Task);
    }

    [Fact]
    public async Task Backend_of_an_organization_without_its_own_is_the_default()
    {
        Assert.Contains("addresses\tdefault", (await RunAsync("backend", "show", $"{Organization}")).Succeeded().OutputLines);
        var json = (await RunAsync("backend", "show", $"{Organization}", "--json")).Succeeded().Json;
        Assert.Equal((0, JsonValueKind.Null), (json.GetProperty("addresses").GetArrayLength(), json.GetProperty("protocol").ValueKind));
    }

    [Fact]
    public async Task Backend_show_has_a_line_for_everything()
    {
        (await SetAsync("http://10.0.0.1", "http://10.0.0.2", "--timeout", "2m")).Succeeded();

        var lines = (await RunAsync("backend", "show", "Example Ltd")).Succeeded().OutputLines;

        Assert.Equal(
            ["organization\tExample Ltd", $"organization id\t{Organization}", "addresses\thttp://10.0.0.1/ http://10.0.0.2/", "load balancing\tpower-of-two-choices", "protocol\tauto", "health path\t", "timeout\t120s"],
            lines[..^1]);
        Assert.StartsWith("changed\t20", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_list_shows_organizations_that_have_one()
    {
        await RunAsync("org", "create", "Without");
        (await SetAsync("http://10.0.0.1")).Succeeded();

        var row = Assert.Single((await RunAsync("backend", "list")).Succeeded().OutputLines);

        Assert.StartsWith($"{Organization}\tExample Ltd\thttp://10.0.0.1/\tpower-of-two-choices\tauto\t\tdefault\t20", row, StringComparison.Ordinal);
        Assert.Equal(["Example Ltd"], (await RunAsync("backend", "list", "--json")).Succeeded().Json.EnumerateArray()
            .Select(backend => backend.GetProperty("organizationName").GetString()));
        Assert.Contains("http://10.0.0.1/", (await RunAtTerminalAsync(string.Empty, "backend", "list")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_unset_goes_back_to_the_default_and_says_what_was_set()
    {
        (await SetAsync("http://10.0.0.1")).Succeeded();

        var result = (await RunAsync("backend", "unset", $"{Organization}")).Succeeded();
        (await RunAsync("backend", "unset", $"{Organization}")).Succeeded();

        Assert.Contains("It was: http://10.0.0.1/", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM backends"));
    }

    [Fact]
    public async Task Backend_whose_name_leads_nowhere_yet_is_set_with_a_warning()
    {
        var result = (await SetAsync("http://later.example")).Succeeded();

        Assert.Contains("keygen: warning: later.example cannot be resolved here", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM backends"));
    }

    [Fact]
    public async Task Backend_whose_name_leads_to_ordinary_addresses_is_set_without_a_word()
    {
        Hosts["api.example"] = ["10.0.0.1", "2001:db8::1"];

        Assert.Empty((await SetAsync("https://api.example")).Succeeded().Error);
    }

    [Fact]
    public async Task Link_local_backend_is_set_where_that_is_allowed()
    {
        (await SetAsync("http://169.254.1.2:8080", "--allow-link-local")).Succeeded();

        Assert.Equal("http://169.254.1.2:8080/", await ScalarAsync<string>("SELECT addresses[1] FROM backends"));
    }

    [Fact]
    public async Task Backend_of_an_unknown_organization_is_not_found()
    {
        (await RunAsync("backend", "show", "nobody")).Refused(3, "there is no organization");
        (await RunAsync("backend", "set", "nobody", "http://10.0.0.1")).Refused(3, "there is no organization");
    }

    private static string Addresses(JsonElement backend) => string.Join(' ', backend.GetProperty("addresses").EnumerateArray());

    private Task<KeygenResult> SetAsync(params string[] more) => RunAsync(["backend", "set", $"{Organization}", .. more]);
}
