using Gateway.LoadTests.Compare;
using Gateway.Testing;

namespace Gateway.LoadTests.Tests.Compare;

[Collection(TimedTests.Name)]
public sealed class CompareRunTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Backend_and_bare_proxy_are_measured_under_every_load_and_nothing_is_left_running()
    {
        if (!File.Exists(NginxServer.Program))
        {
            Assert.Skip($"there is no {NginxServer.Program}");
        }

        var scenario = new CompareScenario(
            Connections: 8, TimeSpan.FromSeconds(1), WarmUp: TimeSpan.FromSeconds(1), Rounds: 1, Only: ["backend", "yarp"], JsonFile: null, IsCheck: false);
        using var text = new StringWriter();

        var problem = await CompareRun.RunAsync(scenario, text, TestContext.Current.CancellationToken);

        output.WriteLine(text.ToString());
        Assert.Null(problem);
        var lines = text.ToString().Split('\n');
        foreach (var contestant in new[] { "backend", "yarp" })
        {
            foreach (var kind in new[] { "Saturation", "Half", "Seventy" })
            {
                Assert.Single(lines, line => line.StartsWith(contestant, StringComparison.Ordinal) && line.Contains(kind, StringComparison.Ordinal));
            }
        }

        Assert.DoesNotContain(ChildProcesses.Of(Environment.ProcessId).Select(ChildProcesses.CommandLineOf), static command => command.Contains("gateway-compare-", StringComparison.Ordinal));
    }
}
