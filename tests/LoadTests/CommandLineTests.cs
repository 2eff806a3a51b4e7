namespace Gateway.LoadTests.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--rate: \"0\"", "steady", "--rate", "0")]
    [InlineData("--rate: \"fast\"", "ramp", "--rate", "fast")]
    [InlineData("--seconds: \"86401\"", "spike", "--seconds", "86401")]
    [InlineData("--max-p99-ms: \"-1\"", "steady", "--max-p99-ms", "-1")]
    [InlineData("--max-failures: \"NaN\"", "steady", "--max-failures", "NaN")]
    [InlineData("--url: example.com is not this machine", "steady", "--url", "http://example.com")]
    [InlineData("--url: \"ftp://127.0.0.1\" is no http URL", "steady", "--url", "ftp://127.0.0.1")]
    [InlineData("--path: \"things\" does not begin with /", "steady", "--path", "things")]
    [InlineData("--json: \"/no/such/folder/x.json\"", "steady", "--json", "/no/such/folder/x.json")]
    [InlineData("--url and --process-id belong together", "soak", "--url", "http://127.0.0.1:8080")]
    [InlineData("--url and --process-id belong together", "soak", "--process-id", "1")]
    [InlineData("--url", "hot-tenant", "--url", "http://127.0.0.1:8080")]
    [InlineData("--seconds: <1-86400> is missing", "steady", "--seconds")]
    [InlineData("--rounds: \"0\" is no whole number from 1 to 100", "compare", "--rounds", "0")]
    [InlineData("--seconds: \"601\"", "compare", "--seconds", "601")]
    [InlineData("--connections: \"many\"", "compare", "--connections", "many")]
    [InlineData("--warm-up: <1-600> is missing", "compare", "--warm-up")]
    [InlineData("--only: \"yarp,apache\" is not some of backend, yarp", "compare", "--only", "yarp,apache")]
    [InlineData("--only: \",\"", "compare", "--only", ",")]
    [InlineData("--only: <NAME,NAME…> is missing", "compare", "--only")]
    [InlineData("--json: \"no-such-folder/figures.json\"", "compare", "--json", "no-such-folder/figures.json")]
    [InlineData("--json: \"--check\"", "compare", "--json", "--check")]
    [InlineData("--fast", "compare", "--fast", "1")]
    [InlineData("--rate: \"0\"", "growth", "--rate", "0")]
    [InlineData("--seconds: \"601\"", "growth", "--seconds", "601")]
    [InlineData("--rounds: \"many\"", "growth", "--rounds", "many")]
    [InlineData("--warm-up: <1-10000000> is missing", "growth", "--warm-up")]
    [InlineData("--json: <FILE> is missing", "growth", "--quick", "--json")]
    [InlineData("--json: \"/nowhere/at/all/growth.json\"", "growth", "--json", "/nowhere/at/all/growth.json")]
    [InlineData("--keys", "growth", "--keys", "3")]
    [InlineData("--events: \"19999\"", "ingest", "--events", "19999")]
    [InlineData("--events: \"many\"", "ingest", "--events", "many")]
    [InlineData("--events: <20000-5000000> is missing", "ingest", "--events")]
    [InlineData("--rounds: \"0\"", "ingest", "--rounds", "0")]
    [InlineData("--processors: \"13\"", "ingest", "--processors", "13")]
    [InlineData("--rows-present: \"-1\"", "ingest", "--rows-present", "-1")]
    [InlineData("--batch-messages: \"10001\"", "ingest", "--batch-messages", "10001")]
    [InlineData("--json: \"--tempo\"", "ingest", "--json", "--tempo")]
    [InlineData("--tempo", "ingest", "--tempo", "3")]
    [InlineData("fast", "ingest", "fast")]
    [InlineData("--minutes: \"0\"", "outage", "--minutes", "0")]
    [InlineData("--minutes: \"1441\"", "outage", "--minutes", "1441")]
    [InlineData("--rate: \"fast\"", "outage", "--rate", "fast")]
    [InlineData("--rate: <1-100000> is missing", "outage", "--rate")]
    [InlineData("--journal-mebibytes: \"63\"", "outage", "--journal-mebibytes", "63")]
    [InlineData("--hours", "outage", "--hours", "3")]
    [InlineData("now", "outage", "now")]
    [InlineData("<NAME=URL[,URL…]> is missing", "limits")]
    [InlineData("\"leased\" is neither an option nor NAME=URL", "limits", "leased")]
    [InlineData("\"--modes=http://127.0.0.1\" is neither", "limits", "--modes=http://127.0.0.1")]
    [InlineData("\"ftp://127.0.0.1\" is no http URL", "limits", "leased=http://127.0.0.1,ftp://127.0.0.1")]
    [InlineData("example.com is not this machine", "limits", "leased=http://example.com")]
    [InlineData("--clients: \"10001\"", "limits", "leased=http://127.0.0.1", "--clients", "10001")]
    [InlineData("--rate: <1-100000> is missing", "limits", "leased=http://127.0.0.1", "--rate")]
    [InlineData("--rounds: \"1001\"", "limits", "leased=http://127.0.0.1", "--rounds", "1001")]
    [InlineData("--clients and --rate exclude each other", "limits", "leased=http://127.0.0.1", "--clients", "1", "--rate", "1")]
    [InlineData("<NAME=FOLDER> is missing", "start")]
    [InlineData("\"plain\" is neither an option nor NAME=FOLDER", "start", "plain")]
    [InlineData("\"=folder\" is neither", "start", "=folder")]
    [InlineData("\"../plain=folder\" is neither", "start", "../plain=folder")]
    [InlineData("nowhere: there is no", "start", "nowhere=no-such-folder")]
    [InlineData("--rate: \"many\"", "start", "--rate", "many")]
    [InlineData("--warm-up: <1-600> is missing", "start", "--warm-up")]
    [InlineData("tornado", "tornado")]
    public async Task Wrong_command_line_is_one_line_that_names_what_is_wrong(string message, params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Empty(output);
        Assert.Contains(message, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    public async Task Without_a_command_scenarios_and_tools_are_listed_apart(params string[] arguments)
    {
        var (exitCode, output, _) = await RunAsync(arguments);

        Assert.Equal(ExitCode.Succeeded, exitCode);
        var lists = output.Split("Tools:");
        Assert.Equal(
            [
                ["steady", "ramp", "spike", "soak", "hot-tenant", "refused", "large-bodies", "slow-backend"],
                ["limits", "ingest", "outage", "compare", "growth", "start"],
            ],
            [Names(lists[0].Split("Commands:")[1]), Names(lists[1])]);

        static string[] Names(string list) => [.. list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Trim().Split(' ')[0])];
    }

    [Theory]
    [InlineData("compare", "--rounds", "--seconds", "--connections", "--warm-up", "--only", "--json", "--check", "ENVOY_BINARY", "RATELIMIT_BINARY", "KAFKA_HOME")]
    [InlineData("growth", "--rate", "--seconds", "--rounds", "--warm-up", "--quick", "--json")]
    [InlineData("ingest", "--events", "--rounds", "--processors", "--rows-present", "--batch-messages", "--json", "KAFKA_HOME", "TMPDIR")]
    [InlineData("outage", "--minutes", "--rate", "--journal-mebibytes", "KAFKA_HOME", "TMPDIR")]
    [InlineData("start", "NAME=FOLDER", "--rounds", "--rate", "--connections", "--warm-up", "--json", "KAFKA_HOME")]
    [InlineData("limits", "NAME=URL[,URL…]", "--clients", "--rate", "--seconds", "--rounds", "GATEWAY_KEY", "REDIS_URL")]
    public async Task Help_of_a_tool_names_every_option_and_variable_also_behind_a_wrong_command_line(string tool, params string[] names)
    {
        var (exitCode, output, error) = await RunAsync([tool, "--tempo", "--help"]);

        Assert.Equal((ExitCode.Succeeded, string.Empty), (exitCode, error));
        Assert.All(names, name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    // Cancelled: what is understood against all expectation is not run.
    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await LoadCommandLine.RunAsync(arguments, output, error, new CancellationToken(canceled: true));
        return (exitCode, $"{output}", $"{error}");
    }
}
