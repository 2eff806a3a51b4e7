using System.CommandLine;
using System.CommandLine.Help;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;
using Npgsql;

namespace Gateway.Keygen.Commands;

/// <summary>All commands, and the one place where whatever stops one becomes a line on standard error and an exit code.</summary>
internal static class KeygenCommandLine
{
    /// <summary>What users type.</summary>
    public const string ProgramName = "keygen";

    private static readonly ParserConfiguration Parsing = new()
    {
        // An argument that begins with @ is a name, not a file to read arguments from.
        ResponseFileTokenReplacer = null,
    };

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings, CancellationToken cancellationToken = default)
    {
        var parsed = Build(surroundings).Parse(arguments, Parsing);
        if (parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
        {
            return await RefuseAsync(parsed, surroundings);
        }

        try
        {
            var exitCode = await parsed.InvokeAsync(
                new InvocationConfiguration { Output = surroundings.Output, Error = surroundings.Error, EnableDefaultExceptionHandler = false },
                cancellationToken);
            await surroundings.Output.FlushAsync(CancellationToken.None);
            return exitCode;
        }
        catch (OutputClosedException)
        {
            // The reader has seen enough, as in keygen list | head. A new key never ends here, see NewKeyOutput.
            return ExitCode.Succeeded;
        }
        catch (CommandException exception)
        {
            return await FailAsync(surroundings, exception.ExitCode, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return await FailAsync(surroundings, ExitCode.Failed, "interrupted");
        }
        catch (NpgsqlException exception)
        {
            return await FailAsync(surroundings, ExitCode.Failed, DatabaseFailure.Describe(exception));
        }
        catch (IOException exception)
        {
            return await FailAsync(surroundings, ExitCode.Failed, $"standard output cannot be written: {exception.Message}");
        }
        catch (Exception exception)
        {
            // A defect of ours. A stack trace would only hide from the operator that nothing was committed.
            return await FailAsync(surroundings, ExitCode.Failed, $"unexpected {exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>The tree of them.</summary>
    public static RootCommand Build(Surroundings surroundings)
    {
        var root = new RootCommand("Manages the organizations, API keys, limits, quotas and backends of a Gateway. Reads DATABASE_URL, for what was used (usage, top, events, quota show, dead-letters, reconcile) also ANALYTICS_DATABASE_URL, for tail KAFKA_BOOTSTRAP_SERVERS, for doctor all that there is.")
        {
            Group(
                "org",
                "Organizations: who pays.",
                OrganizationCreateCommand.Build(surroundings),
                OrganizationListCommand.Build(surroundings),
                OrganizationShowCommand.Build(surroundings),
                OrganizationRenameCommand.Build(surroundings),
                OrganizationSuspendCommand.Build(surroundings),
                OrganizationResumeCommand.Build(surroundings)),
            CreateCommand.Build(surroundings),
            ListCommand.Build(surroundings),
            ShowCommand.Build(surroundings),
            UpdateCommand.Build(surroundings),
            DisableCommand.Build(surroundings),
            EnableCommand.Build(surroundings),
            RevokeCommand.Build(surroundings),
            RotateCommand.Build(surroundings),
            Group(
                "limits",
                "An organization's limits, where they differ from the gateway's defaults, and those of its keys and routes.",
                LimitsShowCommand.Build(surroundings),
                LimitsSetCommand.Build(surroundings),
                LimitsUnsetCommand.Build(surroundings),
                LimitsShadowCommand.Build(surroundings)),
            Group(
                "quota",
                "How much an organization may use in a calendar month.",
                QuotaShowCommand.Build(surroundings),
                QuotaSetCommand.Build(surroundings),
                QuotaUnsetCommand.Build(surroundings)),
            Group(
                "backend",
                "Where an organization's requests go, where that is not the gateway's default backend.",
                BackendSetCommand.Build(surroundings),
                BackendShowCommand.Build(surroundings),
                BackendListCommand.Build(surroundings),
                BackendCheckCommand.Build(surroundings),
                BackendRemoveCommand.Build(surroundings)),
            Group(
                "dead-letters",
                "Messages that could not be stored as usage: look at them, and send them again.",
                DeadLettersListCommand.Build(surroundings),
                DeadLettersShowCommand.Build(surroundings),
                DeadLettersReplayCommand.Build(surroundings)),
            UsageCommand.Build(surroundings),
            TopCommand.Build(surroundings),
            EventsCommand.Build(surroundings),
            TailCommand.Build(surroundings),
            VerifyCommand.Build(surroundings),
            DoctorCommand.Build(surroundings),
            ReconcileCommand.Build(surroundings),
            AuditCommand.Build(surroundings),
            CompletionCommand.Build(surroundings),
            ReferenceCommand.Build(surroundings),
        };
        root.Options.Add(ChangeOptions.NewAs());
        var help = root.Options.OfType<HelpOption>().Single();
        var action = new ExampleHelpAction((HelpAction)help.Action!);
        help.Action = action;

        // Without a command there is nothing to do but help; a wrong one stays an error.
        root.SetAction(action.Invoke);
        foreach (var group in root.Subcommands.Where(command => command.Subcommands.Count > 0))
        {
            group.SetAction(action.Invoke);
        }

        return root;
    }

    private static Command Group(string name, string description, params ReadOnlySpan<Command> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            group.Subcommands.Add(command);
        }

        return group;
    }

    private static async Task<int> RefuseAsync(ParseResult parsed, Surroundings surroundings)
    {
        foreach (var error in parsed.Errors)
        {
            await FailAsync(surroundings, ExitCode.Usage, error.Message);
        }

        var names = new List<string>();
        for (var symbol = (System.CommandLine.Parsing.SymbolResult?)parsed.CommandResult; symbol is not null; symbol = symbol.Parent)
        {
            names.Insert(0, symbol is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command ? command.Command.Name : ProgramName);
        }

        await surroundings.Error.WriteLineAsync($"See {string.Join(' ', names)} --help.");
        return ExitCode.Usage;
    }

    // A key that was typed where none belongs must not come out of a log of error messages, and what was typed, or comes
    // from a script's variable, must not be obeyed by the terminal.
    private static async Task<int> FailAsync(Surroundings surroundings, int exitCode, string message)
    {
        await surroundings.Error.WriteLineAsync($"keygen: {Cell.Lines(Secrets.Hide(message))}");
        return exitCode;
    }
}
