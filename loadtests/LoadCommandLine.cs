using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests;

/// <summary>The scenarios as commands; whatever is wrong with a command line is one line on standard error.</summary>
internal static class LoadCommandLine
{
    private const string ProgramName = "loadtests";

    private static readonly ParserConfiguration Parsing = new()
    {
        // An argument that begins with @ is no file to read arguments from.
        ResponseFileTokenReplacer = null,
    };

    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, string otherTools, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var parsed = Build(otherTools).Parse(arguments, Parsing);
        if (parsed.Action is ParseErrorAction)
        {
            await error.WriteLineAsync($"{ProgramName}: {parsed.Errors[0].Message}");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            cancellationToken);
    }

    private static RootCommand Build(string otherTools)
    {
        var root = new RootCommand(
            $"""
            Puts the gateway under load and says how it is served: ./dev load SCENARIO, or loadtests SCENARIO. Exit code 1 when a threshold is
            exceeded, 2 for a wrong command line. Load goes to this machine only. Besides the scenarios: {otherTools} (each with --help).
            """)
        {
            new SteadyScenario(),
            new RampScenario(),
            new SpikeScenario(),
            new SoakScenario(),
            new HotTenantScenario(),
            new RefusedScenario(),
            new LargeBodiesScenario(),
            new SlowBackendScenario(),
        };
        root.SetAction(((HelpAction)root.Options.OfType<HelpOption>().Single().Action!).Invoke);
        return root;
    }
}
