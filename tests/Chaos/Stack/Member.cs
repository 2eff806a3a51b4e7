using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;

namespace Gateway.Chaos.Stack;

/// <summary>
/// One of our services, that is stopped and started in all ways. One that ends without being told to is noted, and started
/// again, as whatever runs it in production would do.
/// </summary>
internal sealed class Member(
    string name, string program, string logFile, int managementPort, IReadOnlyDictionary<string, string?> environment, Chronicle events) : IAsyncDisposable
{
    private const int KilledExitCode = 137;

    private static readonly TimeSpan LiveDeadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly SemaphoreSlim _changing = new(1);
    private ChildProcess? _process;
    private volatile ChildProcess? _endedByUs;
    private Task _watching = Task.CompletedTask;

    public string Name => name;

    /// <summary>How often it ended without being told to.</summary>
    public int UnexpectedEnds { get; private set; }

    /// <summary>Exit code of the last orderly stop.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Starts it and waits until it answers, whether or not it has found its servers yet.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await StartProcessAsync();
        }
        finally
        {
            _changing.Release();
        }

        await UntilAnswersAsync("/health/live", LiveDeadline, cancellationToken);
    }

    public Task KillAsync() => EndAsync(static process => process.KillAsync());

    /// <summary>SIGTERM; kill -9 after 30 s.</summary>
    public async Task StopAsync()
    {
        ExitCode = await EndAsync(static process => process.StopAsync());
        if (ExitCode != 0)
        {
            events.Write($"{name} did not stop in order: exit code {ExitCode}{(ExitCode == KilledExitCode ? ", killed after 30 s" : string.Empty)}");
        }
    }

    public void Freeze() => _process?.Freeze();

    public void Thaw() => _process?.Thaw();

    /// <summary>Whether it answers 2xx in time.</summary>
    public async Task<bool> UntilAnswersAsync(string path, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(deadline);
        while (!patience.IsCancellationRequested)
        {
            try
            {
                if (await Readiness.AnswersOkAsync(_client, $"http://127.0.0.1:{managementPort}{path}", patience.Token))
                {
                    return true;
                }

                await Task.Delay(50, patience.Token);
            }
            catch (OperationCanceledException)
            {
                // It took too long to answer, or all time is over.
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Thaw();
            await EndAsync(static process => process.StopAsync());
        }

        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _changing.Dispose();
    }

    private async Task StartProcessAsync()
    {
        if (_process is { HasExited: false })
        {
            return;
        }

        if (_process is { } old)
        {
            await old.DisposeAsync();
        }

        _process = await Programs.StartAsync(program, logFile, environment);
        _watching = WatchAsync(_process);
    }

    private async Task<int?> EndAsync(Func<ChildProcess, Task> endAsync)
    {
        await _changing.WaitAsync();
        try
        {
            if (_process is null)
            {
                return null;
            }

            _endedByUs = _process;
            await endAsync(_process);
            return _process.ExitCode;
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task WatchAsync(ChildProcess process)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        if (_endedByUs == process)
        {
            return;
        }

        UnexpectedEnds++;
        events.Write($"{name} ended by itself with exit code {process.ExitCode}: {process.Tail(3).ReplaceLineEndings(" | ")}");
        await Task.Delay(RestartPause);
        await _changing.WaitAsync();
        try
        {
            // Unless it was to end meanwhile, or was started by somebody else.
            if (_endedByUs != process && _process == process)
            {
                await StartProcessAsync();
            }
        }
        finally
        {
            _changing.Release();
        }
    }
}
