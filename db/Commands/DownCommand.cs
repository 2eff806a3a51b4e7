using System.CommandLine;
using Gateway.Database.Running;

namespace Gateway.Database.Commands;

/// <summary><c>gateway-db down</c>.</summary>
internal static class DownCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var to = new Option<int?>("--to") { Description = "The version to end at, 0 for none; without it the last migration is taken back.", HelpName = "version" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask. Needed where nobody can be asked." };
        var command = new Command(
            "down",
            "Takes migrations back, and destroys the tables that they made with everything in them.\n\nExample: gateway-db down --to 8 --yes") { to, yes };
        command.SetAction((result, cancellationToken) =>
            RunAsync(environment, result.GetValue(to), result.GetValue(yes), Migration.All, cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(
        CommandEnvironment environment, int? toVersion, bool isConfirmed, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken) =>
        CommandAction.ForEachDatabaseAsync(environment, async target =>
        {
            if (!isConfirmed)
            {
                await ConfirmAsync(environment, target, toVersion, cancellationToken);
            }

            var takenBack = 0;
            var runner = new MigrationRunner(target.ConnectionString, migrations)
            {
                OnWaiting = () => environment.Error.WriteLine($"{target.Address}: waiting for another run of migrations to end"),
                OnTakenBack = (migration, elapsed) =>
                {
                    takenBack++;
                    environment.Output.WriteLine($"{target.Address}: took back {migration.FullName} in {elapsed.TotalMilliseconds:0} ms");
                },
            };
            await (toVersion is { } version ? runner.DownToAsync(version, cancellationToken) : runner.DownAsync(steps: 1, cancellationToken));
            if (takenBack == 0)
            {
                await environment.Output.WriteLineAsync($"{target.Address}: nothing to take back");
            }
        });

    private static async Task ConfirmAsync(CommandEnvironment environment, TargetDatabase target, int? toVersion, CancellationToken cancellationToken)
    {
        if (environment.ReadLine is null)
        {
            throw new UsageException("down destroys data and nobody can be asked here; add --yes to go on");
        }

        var what = toVersion is { } version ? $"every migration after {version}" : "the last migration";
        await environment.Error.WriteAsync($"{target.Address}: take back {what}, with all data in its tables? Type yes to go on: ");
        // Reading from a terminal cannot be cancelled; Ctrl-C must not wait for it.
        var answer = await Task.Run(environment.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        if (answer?.Trim() != "yes")
        {
            throw new UsageException("nothing was taken back; only yes goes on");
        }
    }
}
