using System.Diagnostics;
using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>The real program in a process of its own.</summary>
internal sealed class ProcessorProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private ChildProcess _process = null!;

    public string Output => _process.Tail(lines: 1000);

    public static async Task<ProcessorProcess> StartAsync(params string[] arguments)
    {
        var processor = new ProcessorProcess();
        processor._process = await ChildProcess.StartAsync(new ChildProcessOptions(
            "usage-processor",
            Path.Combine(AppContext.BaseDirectory, "usage-processor"),
            [.. arguments, "--Logging:Console:LogLevel:Default=Information"],
            processor._directory.Combine("usage-processor.log")));
        return processor;
    }

    /// <summary>Bytes of its memory that are in use now, as the kernel counts them.</summary>
    public long WorkingSet
    {
        get
        {
            using var process = Process.GetProcessById(_process.Id);
            return process.WorkingSet64;
        }
    }

    public Task KillAsync() => _process.KillAsync();

    public void Freeze() => _process.Freeze();

    public void Thaw() => _process.Thaw();

    public void Terminate() => _process.Send(Signal.Terminate);

    /// <summary>Waits until it has ended by itself; answers its exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}
