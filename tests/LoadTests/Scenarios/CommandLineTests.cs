namespace Gateway.LoadTests.Tests.Scenarios;

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
    public async Task Without_a_scenario_all_are_listed(params string[] arguments)
    {
        var (exitCode, output, _) = await RunAsync(arguments);

        Assert.Equal(ExitCode.Succeeded, exitCode);
        Assert.All(
            ["steady", "ramp", "spike", "soak", "hot-tenant", "refused", "large-bodies", "slow-backend", "ingest"],
            name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await LoadCommandLine.RunAsync(arguments, "ingest", output, error, CancellationToken.None);
        return (exitCode, $"{output}", $"{error}");
    }
}
