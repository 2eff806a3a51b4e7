using System.Text.Json;
using Gateway.LoadTests.Scenarios;
using Gateway.LoadTests.Tests.Running;
using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.LoadTests.Tests.Scenarios;

/// <summary>The program, as a process.</summary>
[Collection(TimedTests.Name)]
public sealed class ScenarioTests : IDisposable
{
    private const string Program = "loadtests";

    // A busy machine is no failure here.
    private const string AnyLatency = "60000";

    private static readonly Dictionary<string, string?> Key = new() { [LoadRun.KeyVariable] = "not looked at" };

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Refused_traffic_on_a_stack_of_its_own_never_reaches_the_backend_and_what_was_answered_is_stored_once()
    {
        var json = _directory.Combine("report.json");

        var result = await Programs.RunAsync(
            Program,
            ["refused", "--rate", "20", "--seconds", "3", "--max-p99-ms", AnyLatency, "--json", json, "--html", _directory.Combine("report.html")],
            new Dictionary<string, string?>());

        Assert.True(result.ExitCode == ExitCode.Succeeded, $"{result.Output}\n{result.Errors}");
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        var usage = report.RootElement.GetProperty("usage");
        var answered = usage.GetProperty("answered").GetInt64();
        Assert.InRange(answered, 16, long.MaxValue);
        Assert.Equal(
            (answered, answered, answered),
            (usage.GetProperty("billableRows").GetInt64(), usage.GetProperty("billableInLedger").GetInt64(), usage.GetProperty("atBackend").GetInt64()));
        Assert.Equal(
            ["15", "60", "60", "60"],
            report.RootElement.GetProperty("scenarios").EnumerateArray().Select(static scenario => $"{scenario.GetProperty("requests")}"));
        Assert.True(report.RootElement.GetProperty("gateway").GetArrayLength() >= 3);
        Assert.Contains("<polyline", await File.ReadAllTextAsync(_directory.Combine("report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_against_a_gateway_that_runs_already_succeeds_within_its_thresholds()
    {
        using var server = new StallingServer(stallsAt: 0, TimeSpan.Zero);

        var result = await Programs.RunAsync(
            Program, ["steady", "--url", $"{server.Url}", "--rate", "20", "--seconds", "1", "--max-p99-ms", AnyLatency], Key);

        Assert.Equal(ExitCode.Succeeded, result.ExitCode);
        Assert.Contains("200: 20", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exceeded_threshold_is_exit_code_1_and_is_named()
    {
        using var server = new StallingServer(stallsAt: 0, TimeSpan.Zero);

        var result = await Programs.RunAsync(
            Program, ["steady", "--url", $"{server.Url}", "--rate", "20", "--seconds", "1", "--max-p99-ms", "0.001"], Key);

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("✗ p99 of steady", result.Output, StringComparison.Ordinal);
        Assert.Contains("✓ failures of steady", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_that_is_not_set_is_named()
    {
        var result = await Programs.RunAsync(
            Program, ["steady", "--url", "http://127.0.0.1:1"], new Dictionary<string, string?> { [LoadRun.KeyVariable] = null });

        Assert.Equal(ExitCode.Usage, result.ExitCode);
        Assert.StartsWith("GATEWAY_KEY is not set", Assert.Single(result.Errors.Split('\n')), StringComparison.Ordinal);
    }
}
