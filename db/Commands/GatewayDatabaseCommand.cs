using System.CommandLine;
using System.CommandLine.Help;

namespace Gateway.Database.Commands;

/// <summary>The program <c>gateway-db</c>.</summary>
public static class GatewayDatabaseCommand
{
    private const string Name = "gateway-db";

    /// <summary>How long a command may take to roll back after Ctrl-C or SIGTERM.</summary>
    private static readonly TimeSpan RollbackTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs one command.</summary>
    /// <param name="arguments">The arguments of the process.</param>
    /// <param name="environment">What it sees and where it writes.</param>
    /// <param name="cancellationToken">Stops it, as Ctrl-C does.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var result = Create(environment).Parse(arguments);
        if (result.Errors.Count > 0 && result.Action is not HelpAction)
        {
            // The last is the particular one: after "a command is required" comes which argument is no command.
            await environment.Error.WriteLineAsync($"{result.Errors[^1].Message} See {FullName(result.CommandResult.Command)} --help.");
            return ExitCode.InvalidUsage;
        }

        return await result.InvokeAsync(
            new InvocationConfiguration
            {
                Output = environment.Output,
                Error = environment.Error,
                ProcessTerminationTimeout = RollbackTimeout,
                EnableDefaultExceptionHandler = false,
            },
            cancellationToken);
    }

    private static string FullName(Command command) => command is RootCommand ? Name : $"{Name} {command.Name}";

    private static RootCommand Create(CommandEnvironment environment) => new(
        """
        Brings the database of DATABASE_URL, and of ANALYTICS_DATABASE_URL where that is another one, to the schema that this build works with.

        Exit codes: 0 fine, 1 failed, 2 wrong usage or settings, 3 no such database or migration, 4 an applied migration was edited or is unknown.
        """)
    {
        UpCommand.Create(environment),
        DownCommand.Create(environment),
        StatusCommand.Create(environment),
        RolesCommand.Create(environment),
        SeedCommand.Create(environment),
    };
}
