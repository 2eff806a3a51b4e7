using System.Diagnostics;

namespace Gateway.LocalStack.Processes;

/// <summary>Our programs as processes, for programs that were built beside them: tests, campaigns, load tests.</summary>
public static class Programs
{
    private const string Host = "dotnet";

    // …/artifacts/bin/<project>/<configuration>/: each program runs from where it was built, with its own dependencies.
    private static readonly DirectoryInfo Configuration = new(AppContext.BaseDirectory);

    private static readonly Dictionary<string, string> Projects = new()
    {
        ["chaos"] = "Gateway.Chaos",
        ["gateway"] = "Gateway",
        ["gateway-db"] = "Gateway.Database",
        ["keygen"] = "Gateway.Keygen",
        ["sample-backend"] = "Gateway.SampleBackend",
        ["usage-processor"] = "Gateway.UsageProcessor",
    };

    /// <summary>Which of these were not built with this program's configuration.</summary>
    public static IReadOnlyList<string> Missing(params string[] names) => Array.FindAll(names, static name => !File.Exists(Path(name)));

    /// <summary>Starts a service, which stays.</summary>
    public static Task<ChildProcess> StartAsync(string name, string logFile, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        ChildProcess.StartAsync(new ChildProcessOptions(name, Host, [Path(name), .. arguments], logFile) { Environment = environment });

    /// <summary>Runs a tool to its end.</summary>
    public static async Task<ProgramResult> RunAsync(string name, string[] arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var startInfo = new ProcessStartInfo(Host, [Path(name), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (variable, value) in environment)
        {
            startInfo.Environment[variable] = value;
        }

        using var process = Process.Start(startInfo)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ProgramResult(process.ExitCode, output.Trim(), (await errors).Trim());
    }

    private static string Path(string name) => System.IO.Path.Combine(
        Configuration.Parent!.Parent!.FullName, Projects[name], Configuration.Name, $"{name}.dll");
}

/// <summary>How a tool ended and what it said.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Errors);
