using System.CommandLine;

namespace Gateway.LoadTests;

/// <summary>What is no scenario: it measures one thing its own way.</summary>
internal abstract class ToolCommand : Command
{
    /// <param name="name">What people type.</param>
    /// <param name="description">What it shows, in a few words.</param>
    /// <param name="notes">What help says below the options, in lines that fit a narrow terminal.</param>
    protected ToolCommand(string name, string description, string notes)
        : base(name, description)
    {
        Notes = notes;
        SetAction(RunAsync);
    }

    public string Notes { get; }

    /// <summary>Answers the exit code.</summary>
    protected abstract Task<int> RunAsync(ParseResult values, CancellationToken cancellationToken);

    /// <summary>Says what went wrong, if anything did, and answers the exit code.</summary>
    /// <param name="values">The command line.</param>
    /// <param name="run">Answers what is wrong, or null.</param>
    protected static async Task<int> ExitCodeOfAsync(ParseResult values, Task<string?> run)
    {
        if (await run is not { } problem)
        {
            return ExitCode.Succeeded;
        }

        await values.InvocationConfiguration.Error.WriteLineAsync(problem);
        return ExitCode.Failed;
    }
}
