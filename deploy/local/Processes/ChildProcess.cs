using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gateway.LocalStack.Processes;

/// <summary>What to start, and how.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="FileName">A program on PATH or an absolute path.</param>
/// <param name="Arguments">Its arguments, not yet quoted.</param>
/// <param name="LogFile">Where its standard output and error are appended.</param>
public sealed record ChildProcessOptions(string Name, string FileName, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>Added to this process's own environment; <c>null</c> removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where it runs.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The user to run as when this process is root.</summary>
    public string? UserWhenRoot { get; init; }

    /// <summary>How it is asked to stop; also what the kernel sends it should this process die.</summary>
    public Signal StopSignal { get; init; } = Signal.Terminate;
}

/// <summary>
/// A server in a session of its own, so that Ctrl-C at the terminal reaches us and not it: we stop it in our order.
/// It does not outlive this process, even after kill -9.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private static readonly ConcurrentDictionary<int, ChildProcess> Started = new();

    private readonly ChildProcessOptions _options;
    private readonly Process _process;

    private ChildProcess(ChildProcessOptions options, Process process)
    {
        _options = options;
        _process = process;
    }

    /// <summary>What people call it.</summary>
    public string Name => _options.Name;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Where it writes to.</summary>
    public string LogFile => _options.LogFile;

    /// <summary>Starts it; does not wait until it is ready.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static async Task<ChildProcess> StartAsync(ChildProcessOptions options)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(options.LogFile)!);

        // setsid: out of the terminal's process group. setpriv (both are util-linux): the parent-death signal,
        // and another user where asked. sh: the log file without a pump in this process that could block it.
        var startInfo = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = options.WorkingDirectory ?? string.Empty,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        string[] user = options.UserWhenRoot is { } name && System.Environment.IsPrivilegedProcess
            ? [$"--reuid={name}", $"--regid={name}", "--clear-groups"]
            : [];
        foreach (var argument in (string[])
            [
                "setpriv", .. user, $"--pdeathsig={NameOf(options.StopSignal)}", "--",
                "sh", "-c", "exec \"$0\" \"$@\" >>\"$CHILD_LOG_FILE\" 2>&1", options.FileName, .. options.Arguments,
            ])
        {
            startInfo.ArgumentList.Add(argument);
        }

        startInfo.Environment["CHILD_LOG_FILE"] = options.LogFile;
        foreach (var (variable, value) in options.Environment)
        {
            startInfo.Environment[variable] = value;
        }

        if (user.Length > 0)
        {
            // The other user cannot create files in our folder, but may append to one that we made.
            await File.AppendAllTextAsync(options.LogFile, string.Empty);
            File.SetUnixFileMode(options.LogFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        }

        var process = await ProcessLauncher.StartAsync(startInfo);
        process.StandardInput.Close();
        return Started[process.Id] = new ChildProcess(options, process);
    }

    /// <summary>Starts a program that ends by itself and waits for that; when cancelled it is stopped first.</summary>
    /// <exception cref="InvalidOperationException">Its exit code is not 0; with its last lines.</exception>
    public static async Task RunAsync(ChildProcessOptions options, CancellationToken cancellationToken)
    {
        await using var process = await StartAsync(options);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{options.Name} failed with exit code {process.ExitCode}. Its last lines ({options.LogFile}):\n{process.Tail()}");
        }
    }

    /// <summary>kill -9 for every child that still runs, without waiting: the way out for somebody who is done waiting.</summary>
    public static void KillAll()
    {
        foreach (var process in Started.Values)
        {
            try
            {
                process.Send(Signal.Kill);
            }
            catch (InvalidOperationException)
            {
                // Its owner disposed of it this very moment: it has ended.
            }
        }
    }

    private static void SendToTree(int processId, Signal signal)
    {
        // The parent first: what is frozen starts no more children.
        signal.SendTo(processId);
        var children = $"/proc/{processId}/task/{processId}/children";
        if (File.Exists(children))
        {
            foreach (var child in File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                SendToTree(int.Parse(child), signal);
            }
        }
    }

    private static string NameOf(Signal stopSignal) => stopSignal switch
    {
        Signal.Interrupt => "INT",
        Signal.Terminate => "TERM",
        _ => "KILL",
    };

    /// <summary>Sends a signal, if it still runs.</summary>
    public void Send(Signal signal)
    {
        if (!_process.HasExited)
        {
            signal.SendTo(_process.Id);
        }
    }

    /// <summary>Stops it where it stands, with every process that it has started: connections stay open but nothing answers.</summary>
    public void Freeze() => SendToTree(_process.Id, Signal.Stop);

    /// <summary>Lets it go on after <see cref="Freeze"/>.</summary>
    public void Thaw() => SendToTree(_process.Id, Signal.Continue);

    /// <summary>kill -9, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until it ends by itself.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Asks it to stop and waits; after 30 s it is killed.</summary>
    public async Task StopAsync()
    {
        Send(_options.StopSignal);
        using var timeout = new CancellationTokenSource(StopTimeout);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    /// <summary>The last lines that it wrote, to show why it failed.</summary>
    public string Tail(int lines = 15) =>
        File.Exists(LogFile) ? string.Join(System.Environment.NewLine, File.ReadLines(LogFile).TakeLast(lines)) : string.Empty;

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Started.TryRemove(_process.Id, out _);
        _process.Dispose();
    }
}
