using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Gateway.LoadTests.Compare;
using Gateway.LoadTests.Growth;
using Gateway.LoadTests.Ingest;
using Gateway.LoadTests.Limits;
using Gateway.LoadTests.Outage;
using Gateway.LoadTests.Scenarios;
using Gateway.LoadTests.Start;

namespace Gateway.LoadTests;

/// <summary>The scenarios and the tools as commands; whatever is wrong with a command line is one line on standard error.</summary>
internal static class LoadCommandLine
{
    private const string ProgramName = "loadtests";

    private static readonly ParserConfiguration Parsing = new()
    {
        // An argument that begins with @ is no file to read arguments from.
        ResponseFileTokenReplacer = null,
    };

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var parsed = Build().Parse(arguments, Parsing);
        if (parsed.Action is ParseErrorAction)
        {
            await error.WriteLineAsync($"{ProgramName}: {Describe(parsed.Errors[0])}");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            cancellationToken);
    }

    private static RootCommand Build()
    {
        var root = new RootCommand(
            """
            Puts the gateway under load and says how it is served: ./dev load SCENARIO,
            or loadtests SCENARIO. The commands are the scenarios; the tools below them
            measure one thing each, their own way, and are started the same way.
            Exit code 1 when a threshold is exceeded or a run fails, 2 for a wrong
            command line. Load goes to this machine only.
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
            new LimitsCommand(),
            new IngestCommand(),
            new OutageCommand(),
            new CompareCommand(),
            new GrowthCommand(),
            new StartCommand(),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        var action = new LoadHelpAction((HelpAction)help.Action!);
        help.Action = action;
        root.SetAction(action.Invoke);
        return root;
    }

    // The library says that something is missing, but not what it would be.
    private static string Describe(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0, Option: var option } => $"{option.Name}: <{option.HelpName}> is missing",
        ArgumentResult { Tokens.Count: 0, Argument: var argument } => $"<{argument.Name}> is missing",
        _ => error.Message,
    };
}
