using System.Diagnostics;
using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.LocalStack.Tests.Processes;

public sealed class ChildProcessTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task ChildProcess_that_ended_shows_its_last_lines_of_both_outputs()
    {
        await using var process = await ChildProcess.StartAsync(Shell("for i in 1 2 3; do echo line $i; done; echo problem >&2; exit 7"));
        await process.WaitForExitAsync(default);

        Assert.Equal(7, process.ExitCode);
        Assert.Equal($"line 3{Environment.NewLine}problem", process.Tail(2));
    }

    [Fact]
    public async Task ChildProcess_run_that_fails_says_which_and_why()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ChildProcess.RunAsync(Shell("echo no space; exit 3"), default));

        Assert.Contains("shell failed with exit code 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no space", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChildProcess_run_that_is_cancelled_is_stopped()
    {
        using var cancellation = new CancellationTokenSource();
        var run = ChildProcess.RunAsync(Shell("echo $$; exec sleep 600"), cancellation.Token);
        var processId = int.Parse(await Eventually.BecomesAsync(
            async () => File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile) : string.Empty, text => text.EndsWith('\n'), "its process id"));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(Directory.Exists($"/proc/{processId}"));
    }

    [Fact]
    public async Task ChildProcess_is_out_of_reach_of_the_terminals_interrupt()
    {
        await using var process = await ChildProcess.StartAsync(Shell("exec sleep 600"));

        // Fields 3 and 4 behind the command are the process group and the session; a leader of its own has its id in both.
        var stat = await Eventually.BecomesAsync(
            () => File.ReadAllTextAsync($"/proc/{process.Id}/stat"), text => text.Contains("(sleep)", StringComparison.Ordinal), "sleep runs");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        Assert.Equal([$"{process.Id}", $"{process.Id}"], fields[2..4]);
    }

    [Fact]
    public async Task ChildProcess_that_ignores_the_request_can_be_killed()
    {
        await using var process = await ChildProcess.StartAsync(Shell("trap '' TERM; echo ready; while :; do sleep 1; done"));
        await Eventually.EqualsAsync("ready", () => Task.FromResult(process.Tail(1)));
        process.Send(Signal.Terminate);

        var started = Stopwatch.GetTimestamp();
        ChildProcess.KillAll();
        await process.WaitForExitAsync(default);

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    public void Dispose() => _directory.Dispose();

    private string LogFile => _directory.Combine("shell.log");

    private ChildProcessOptions Shell(string script) => new("shell", "sh", ["-c", script], LogFile);
}
