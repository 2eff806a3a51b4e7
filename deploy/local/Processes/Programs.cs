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
        ["loadtests"] = "Gateway.LoadTests",
        ["sample-backend"] = "Gateway.SampleBackend",
        ["usage-processor"] = "Gateway.UsageProcessor",
    };

    /// <summary>Where a program is, built or not.</summary>
    public static string Path(string name) => System.IO.Path.Combine(
        Configuration.Parent!.Parent!.FullName, Projects[name], Configuration.Name, $"{name}.dll");

    /// <summary>Which of these were not built with this program's configuration.</summary>
    public static IReadOnlyList<string> Missing(params string[] names) => Array.FindAll(names, static name => !File.Exists(Path(name)));

    /// <summary>Starts a service, which stays.</summary>
    public static Task<ChildProcess> StartAsync(string name, string logFile, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        ChildProcess.StartAsync(new ChildProcessOptions(name, Host, [Path(name), .. arguments], logFile) { Environment = environment });

    /// <summary>Runs a tool to its end. What it wrote is without blank lines around it.</summary>
    public static async Task<ProgramResult> RunAsync(string name, string[] arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var result = await ProgramResult.OfAsync(Host, [Path(name), .. arguments], environment);
        return result with { Output = result.Output.Trim(), Errors = result.Errors.Trim() };
    }

    /// <summary>The same for a tool that has to succeed; answers what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    public static async Task<string> ReadAsync(string name, string[] arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var result = await RunAsync(name, arguments, environment);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{name} {string.Join(' ', arguments)} failed: {result.Errors}");
    }
}
