using System.Diagnostics;
using System.Text;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.LocalStack.Tests.Up;

/// <summary>A real <c>gateway-local up</c>, laid out as `dev` does it but in a folder and on ports of its own.</summary>
internal sealed class UpProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly TemporaryDirectory _directory;
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private UpProcess(TemporaryDirectory directory, ProcessStartInfo startInfo)
    {
        _directory = directory;
        _process = new Process { StartInfo = startInfo };
        _process.OutputDataReceived += Append;
        _process.ErrorDataReceived += Append;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static UpProcess Start(int? backendPort = null)
    {
        var directory = new TemporaryDirectory();
        var binaries = Directory.CreateDirectory(directory.Combine(".dev/bin")).FullName;
        Copy("Gateway.LocalStack", Path.Combine(binaries, "gateway-local"));
        Directory.CreateSymbolicLink(Path.Combine(binaries, "gateway"), Built("Gateway"));
        Directory.CreateSymbolicLink(Path.Combine(binaries, "usage-processor"), Built("Gateway.UsageProcessor"));
        Directory.CreateSymbolicLink(Path.Combine(binaries, "keygen"), Built("Gateway.Keygen"));
        Directory.CreateSymbolicLink(Path.Combine(binaries, "gateway-db"), Built("Gateway.Database"));
        Directory.CreateSymbolicLink(Path.Combine(binaries, "sample-backend"), Built("Gateway.SampleBackend"));
        var startInfo = new ProcessStartInfo("dotnet", [Path.Combine(binaries, "gateway-local", "gateway-local.dll"), "up"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in (string[])["PROXY", "MANAGEMENT", "PROCESSOR", "POSTGRES", "REDIS"])
        {
            startInfo.Environment[$"GATEWAY_DEV_{name}_PORT"] = $"{FreePort.Next()}";
        }

        startInfo.Environment["GATEWAY_DEV_BACKEND_PORT"] = $"{backendPort ?? FreePort.Next()}";
        startInfo.Environment.Remove(ApacheKafka.HomeVariable);
        return new UpProcess(directory, startInfo);
    }

    public Task WaitForOutputAsync(string text) => Eventually.BecomesAsync(
        () => Task.FromResult(Output),
        output => output.Contains(text, StringComparison.Ordinal) || _process.HasExited,
        $"the output has '{text}'",
        Deadline);

    public void Send(Signal signal) => signal.SendTo(_process.Id);

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Deadline);
        return _process.ExitCode;
    }

    /// <summary>The servers that it started.</summary>
    public IReadOnlyList<int> Children() => ChildProcesses.Of(_process.Id);

    public static bool IsRunning(int processId) => ChildProcesses.CommandLineOf(processId).Length > 0;

    public static void Kill(int processId) => Signal.Kill.SendTo(processId);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Send(Signal.Terminate);
            await WaitForExitAsync();
        }

        _process.Dispose();
        var data = new DirectoryInfo(_directory.Combine(".dev/data"));
        if (data.LinkTarget is { } rootsData)
        {
            Directory.Delete(rootsData, recursive: true);
        }

        _directory.Dispose();
    }

    private static string Built(string project) =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'))));

    // .NET resolves links to its program, so the one that looks for its neighbours has to be a real copy.
    private static void Copy(string project, string destination)
    {
        Directory.CreateDirectory(destination);
        foreach (var file in Directory.GetFiles(Built(project)))
        {
            File.Copy(file, Path.Combine(destination, Path.GetFileName(file)));
        }
    }

    private void Append(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}
