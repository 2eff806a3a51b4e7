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
        SetAction(MeasureAsync);
    }

    public string Notes { get; }

    /// <summary>Measures and reports; answers what is wrong with what came out, or null. Nothing is left running, whatever happens.</summary>
    /// <exception cref="LoadTestException">It could not be measured.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    protected abstract Task<string?> RunAsync(ParseResult values, TextWriter output, CancellationToken cancellationToken);

    private async Task<int> MeasureAsync(ParseResult values, CancellationToken cancellationToken)
    {
        var error = values.InvocationConfiguration.Error;
        try
        {
            if (await RunAsync(values, values.InvocationConfiguration.Output, cancellationToken) is not { } wrong)
            {
                return ExitCode.Succeeded;
            }

            await error.WriteLineAsync(wrong);
            return ExitCode.Failed;
        }
        catch (Exception exception) when (KnownFailure.Describe(exception) is { } problem && !cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync(problem);
            return (exception as LoadTestException)?.Code ?? ExitCode.Failed;
        }
    }
}
