using System.Text.RegularExpressions;
using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.LocalStack.Tests.Up;

public sealed class UpTests
{
    [Fact]
    public async Task Up_interrupted_while_running_stops_everything_in_reverse_order()
    {
        await using var up = UpProcess.Start();
        await up.WaitForOutputAsync("Ready.");
        var children = up.Children();
        Assert.Equal(5, children.Count);

        up.Send(Signal.Interrupt);

        Assert.Equal(0, await up.WaitForExitAsync());
        Assert.Equal(
            ["gateway", "usage-processor", "sample-backend", "Broker", "Redis", "PostgreSQL"],
            Regex.Matches(up.Output, @"(?<=  )\S+(?= stopped)", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Value));
        Assert.DoesNotContain(children, UpProcess.IsRunning);
    }

    [Fact]
    public async Task Up_killed_takes_every_server_with_it()
    {
        await using var up = UpProcess.Start();
        await up.WaitForOutputAsync("Ready.");
        var children = up.Children();

        up.Send(Signal.Kill);

        // Each may take half a minute to stop, and what it needs for that is gone as well.
        await Eventually.EqualsAsync(
            string.Empty,
            () => Task.FromResult(string.Join('\n', children.Where(UpProcess.IsRunning).Select(ChildProcesses.CommandLineOf))),
            TimeSpan.FromSeconds(120));
    }

    [Theory]
    [InlineData("PostgreSQL")]
    [InlineData("Broker")]
    [InlineData("Gateway")]
    public async Task Up_terminated_while_starting_leaves_nothing_running(string stepThatJustFinishedOrFailed)
    {
        await using var up = UpProcess.Start();
        await up.WaitForOutputAsync(stepThatJustFinishedOrFailed);
        var children = up.Children();

        up.Send(Signal.Terminate);

        await up.WaitForExitAsync();
        Assert.DoesNotContain(children, UpProcess.IsRunning);
    }

    [Fact]
    public async Task Up_child_that_dies_is_named_with_its_last_lines_and_ends_it_all()
    {
        await using var up = UpProcess.Start();
        await up.WaitForOutputAsync("Ready.");
        var children = up.Children();

        UpProcess.Kill(children.Single(child => ChildProcesses.CommandLineOf(child).Contains("redis-server", StringComparison.Ordinal)));

        Assert.Equal(1, await up.WaitForExitAsync());
        Assert.Contains("Redis ended with exit code 137", up.Output, StringComparison.Ordinal);
        Assert.Contains("Ready to accept connections", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(children, UpProcess.IsRunning);
    }

    [Fact]
    public async Task Up_taken_port_is_refused_before_anything_starts()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        await using var up = UpProcess.Start(backendPort: port);

        Assert.Equal(1, await up.WaitForExitAsync());
        Assert.Contains($"Port {port}, for the sample backend, is taken by pid {Environment.ProcessId}", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("PostgreSQL on port", up.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_printed_request_is_answered_by_the_backend()
    {
        await using var up = UpProcess.Start();
        await up.WaitForOutputAsync("Ready.");
        var line = Regex.Match(
            up.Output, "curl -i -H '(?<name>[^:]+): (?<value>[^']+)' (?<url>\\S+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add(line.Groups["name"].Value, line.Groups["value"].Value);

        var answer = await client.GetStringAsync(line.Groups["url"].Value);

        Assert.Contains("\"path\":\"/hello\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"X-Organization-Id\":\"00000000-0000-0000-0000-000000000001\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(line.Groups["value"].Value, answer, StringComparison.Ordinal);
    }
}
