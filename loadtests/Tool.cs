namespace Gateway.LoadTests;

/// <summary>What is no scenario: it measures one thing its own way.</summary>
/// <param name="Name">What people type.</param>
/// <param name="Usage">What <c>--help</c> says.</param>
/// <param name="Run">Runs it with the arguments behind its name; answers the exit code.</param>
internal sealed record Tool(string Name, string Usage, Func<string[], CancellationToken, Task<int>> Run)
{
    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (arguments.Contains("--help"))
        {
            Console.WriteLine(Usage);
            return ExitCode.Succeeded;
        }

        return await Run(arguments, cancellationToken);
    }

    /// <summary>Runs what was understood, and says what is wrong.</summary>
    /// <param name="wrong">What is wrong with the command line, or null.</param>
    /// <param name="run">Answers what is wrong then, or null.</param>
    public static async Task<int> RunAsync(string? wrong, Func<Task<string?>> run)
    {
        var problem = wrong ?? await run();
        if (problem is not null)
        {
            await Console.Error.WriteLineAsync(problem);
        }

        return wrong is not null ? ExitCode.Usage : problem is not null ? ExitCode.Failed : ExitCode.Succeeded;
    }
}
