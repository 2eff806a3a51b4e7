using System.CommandLine;
using Gateway.Database.Roles;

namespace Gateway.Database.Commands;

/// <summary><c>gateway-db roles</c>.</summary>
internal static class RolesCommand
{
    private static readonly (string Option, DatabaseRole Role, string Program)[] Programs =
    [
        ("--service", DatabaseRole.Service, "the gateway"),
        ("--processor", DatabaseRole.Processor, "the usage-processor"),
        ("--operator", DatabaseRole.Operator, "keygen"),
        ("--reporting", DatabaseRole.Reporting, "Grafana"),
    ];

    public static Command Create(CommandEnvironment environment)
    {
        var options = Programs
            .Select(program => new Option<string?>(program.Option)
            {
                Description = $"A file with the database URL of {program.Program}: its user becomes a member of {program.Role.Name}, with that password.",
                HelpName = "file",
            })
            .ToArray();
        var command = new Command(
            "roles",
            "Makes the roles of our programs where they are missing, sets what each may do and nothing else, and makes their users. " +
            "Can be repeated; up sets the privileges again after migrations.\n\n" +
            "Example: gateway-db roles --service gateway-url --processor processor-url --operator keygen-url --reporting grafana-url");
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction((result, cancellationToken) =>
            RunAsync(environment, [.. options.Select(option => result.GetValue(option))], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandEnvironment environment, string?[] files, CancellationToken cancellationToken)
    {
        IReadOnlyList<DatabaseLogin> logins;
        try
        {
            logins = ReadLogins(files);
        }
        catch (UsageException exception)
        {
            await environment.Error.WriteLineAsync(exception.Message);
            return ExitCode.InvalidUsage;
        }

        return await CommandAction.ForEachDatabaseAsync(environment, async target =>
        {
            var setup = new RoleSetup(target.ConnectionString)
            {
                OnWaiting = () => environment.Error.WriteLine($"{target.Address}: waiting for another run of migrations to end"),
            };
            await setup.ApplyAsync(logins, cancellationToken);
            await environment.Output.WriteLineAsync($"{target.Address}: set the privileges of {string.Join(", ", DatabaseRole.All.Select(role => role.Name))}");
            foreach (var login in logins)
            {
                await environment.Output.WriteLineAsync($"{target.Address}: user {login.Name} is a member of {login.Role.Name}");
            }
        });
    }

    private static List<DatabaseLogin> ReadLogins(string?[] files)
    {
        var logins = new List<DatabaseLogin>();
        foreach (var ((option, role, _), file) in Programs.Zip(files))
        {
            if (file is null)
            {
                continue;
            }

            var login = Read(option, role, file);
            if (logins.Find(other => other.Name == login.Name) is { } other)
            {
                throw new UsageException($"{option} has the same user as another program, {login.Name} of {other.Role.Name}; it would have the rights of both");
            }

            logins.Add(login);
        }

        return logins;
    }

    private static DatabaseLogin Read(string option, DatabaseRole role, string file)
    {
        string url;
        try
        {
            url = SecretVariable.ReadFile(option, file);
        }
        catch (FormatException exception)
        {
            throw new UsageException(exception.Message);
        }

        try
        {
            var login = DatabaseLogin.OfUrl(role, url);
            ScramVerifier.Check(login.Password);
            return login;
        }
        catch (FormatException exception)
        {
            throw new UsageException($"{option}: the URL in {file} {exception.Message}");
        }
    }
}
