using System.CommandLine;
using Gateway.Database.Running;

namespace Gateway.Database.Commands;

/// <summary><c>gateway-db status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "status",
            "Shows which migrations are applied, pending, edited since they were applied, or unknown to this build. Changes nothing; exit code 4 when one is edited.\n\nExample: gateway-db status --json") { json };
        command.SetAction((result, cancellationToken) => RunAsync(environment, result.GetValue(json), Migration.All, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        CommandEnvironment environment, bool asJson, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        var reports = new List<DatabaseStatus>();
        var exitCode = await CommandAction.ForEachDatabaseAsync(environment, async target =>
        {
            var statuses = await new MigrationRunner(target.ConnectionString, migrations).StatusAsync(cancellationToken);
            reports.Add(new DatabaseStatus(target.Address, statuses));
        });
        if (exitCode != ExitCode.Succeeded)
        {
            return exitCode;
        }

        await (asJson ? StatusOutput.WriteJsonAsync(environment.Output, reports) : StatusOutput.WriteTableAsync(environment.Output, reports));
        return await WarnAsync(environment.Error, reports);
    }

    private static async Task<int> WarnAsync(TextWriter error, List<DatabaseStatus> reports)
    {
        var exitCode = ExitCode.Succeeded;
        foreach (var report in reports)
        {
            foreach (var edited in report.Migrations.Where(migration => migration.State == MigrationState.Edited))
            {
                await error.WriteLineAsync($"{report.Database}: {edited.Version:000}_{edited.Name}.up.sql was edited after it was applied");
                exitCode = ExitCode.Conflict;
            }

            if (report.Migrations.Any(migration => migration.State == MigrationState.Unknown))
            {
                await error.WriteLineAsync($"{report.Database}: has migrations that this build does not have; a newer build has been here");
            }
        }

        return exitCode;
    }
}
