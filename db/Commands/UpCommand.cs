using System.CommandLine;
using Gateway.Database.Running;

namespace Gateway.Database.Commands;

/// <summary><c>gateway-db up</c>.</summary>
internal static class UpCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var to = new Option<int?>("--to") { Description = "The version to stop at; the latest without it.", HelpName = "version" };
        var wait = new Option<TimeSpan>("--wait")
        {
            Description = "How long to wait for a database that does not accept connections yet, such as 60s or 5m; not at all without it.",
            HelpName = "duration",
            CustomParser = Duration.Parse,
        };
        var command = new Command("up", "Applies the migrations that are missing.\n\nExample: gateway-db up --wait 60s") { to, wait };
        command.SetAction((result, cancellationToken) =>
            RunAsync(environment, result.GetValue(to), result.GetValue(wait), Migration.All, cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(
        CommandEnvironment environment, int? toVersion, TimeSpan wait, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken) =>
        CommandAction.ForEachDatabaseAsync(environment, async target =>
        {
            if (wait > TimeSpan.Zero)
            {
                await DatabaseWait.UntilAcceptingAsync(target, wait, environment, cancellationToken);
            }

            var applied = 0;
            var runner = new MigrationRunner(target.ConnectionString, migrations)
            {
                OnWaiting = () => environment.Error.WriteLine($"{target.Address}: waiting for another run of migrations to end"),
                OnApplied = (migration, elapsed) =>
                {
                    applied++;
                    environment.Output.WriteLine($"{target.Address}: applied {migration.FullName} in {elapsed.TotalMilliseconds:0} ms");
                },
            };
            await runner.UpAsync(toVersion ?? migrations[^1].Version, cancellationToken);
            if (applied == 0)
            {
                await environment.Output.WriteLineAsync($"{target.Address}: nothing to apply");
            }
        });
}
