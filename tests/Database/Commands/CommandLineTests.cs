using Gateway.Database.Commands;
using Gateway.Database.Running;
using Gateway.Database.Tests.Databases;
using Gateway.Database.Tests.Running;
using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.Database.Tests.Commands;

public sealed class CommandLineTests(TestServers servers)
{
    private const string Url = "postgresql://u:gateway-local@127.0.0.1:1/d";

    [Theory]
    [InlineData("--nonsense", "'--nonsense'")]
    [InlineData("", "Required command was not provided. See gateway-db --help.")]
    [InlineData("sideways", "'sideways'")]
    [InlineData("up --to ten", "'ten'")]
    [InlineData("up --to", "--to")]
    [InlineData("up --wait 3", "\"3\" is no duration; allowed is a number with ms, s or m, such as 60s. See gateway-db up --help.")]
    [InlineData("status --yaml", "'--yaml'")]
    public async Task Wrong_arguments_are_one_line(string arguments, string message) =>
        (await CommandRun.RunAsync(Url, null, null, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))).FailsWith(ExitCode.InvalidUsage, message);

    [Theory]
    [InlineData(null, null, "DATABASE_URL: is not set; allowed is postgresql://user:password@host:port/database")]
    [InlineData("", null, "DATABASE_URL: is not set")]
    [InlineData("mysql://u:gateway-local@h/d", null, "DATABASE_URL: it is no PostgreSQL URL; allowed is postgresql://")]
    [InlineData(Url, "postgresql://u:gateway-local@h:x/d", "ANALYTICS_DATABASE_URL: the port is not allowed; allowed is a number from 1 to 65535")]
    public async Task Wrong_setting_is_named_in_one_line_before_anything_is_done(string? url, string? analyticsUrl, string message)
    {
        foreach (var command in (string[][])[["up"], ["down", "--yes"], ["status"]])
        {
            (await CommandRun.RunAsync(url, analyticsUrl, null, command)).FailsWith(ExitCode.InvalidUsage, message);
        }
    }

    [Theory]
    [InlineData("--help", "Exit codes: 0 fine")]
    [InlineData("up --help", "Example: gateway-db up --wait 60s")]
    [InlineData("down --help", "Example: gateway-db down --to 8 --yes")]
    [InlineData("status --help", "Example: gateway-db status --json")]
    [InlineData("seed --help", "Example: gateway-db up && gateway-db seed")]
    public async Task Help_has_an_example(string arguments, string example)
    {
        var run = await CommandRun.RunAsync(null, null, null, arguments.Split(' '));
        Assert.Equal((ExitCode.Succeeded, ""), (run.ExitCode, run.Error));
        Assert.Contains(example, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_process_with_one_line_and_leaves_no_trace()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await using var blocked = await BlockedRun.StartAsync(database);
        using var directory = new TemporaryDirectory();
        await using var process = await ChildProcess.StartAsync(new ChildProcessOptions(
            "gateway-db", Path.Combine(AppContext.BaseDirectory, "gateway-db"), ["up"], directory.Combine("log"))
        {
            Environment = new Dictionary<string, string?> { ["DATABASE_URL"] = database.Url, ["ANALYTICS_DATABASE_URL"] = null },
        });
        await Eventually.IsTrueAsync(() => Task.FromResult(process.Tail().Contains("waiting for another run", StringComparison.Ordinal)), "it waits for the lock");

        process.Send(Signal.Interrupt);
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
        Assert.Equal(ExitCode.Failed, process.ExitCode);
        Assert.Equal(
            $"""
            {database.Address}: waiting for another run of migrations to end
            {database.Address}: stopped; what was under way has been rolled back
            """,
            process.Tail());
        Assert.Equal(MigrationState.Pending, (await database.Runner(BlockedRun.Migrations).StatusAsync(default))[0].State);
    }
}
