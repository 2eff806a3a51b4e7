namespace Gateway.Database.Commands;

/// <summary>Runs a command's work on each database in turn, and turns what goes wrong into one line and an exit code.</summary>
internal static class CommandAction
{
    public static async Task<int> ForEachDatabaseAsync(CommandEnvironment environment, Func<TargetDatabase, Task> action)
    {
        var subject = string.Empty;
        try
        {
            foreach (var target in TargetDatabase.Read(environment.Variable))
            {
                subject = $"{target.Address}: ";
                await action(target);
            }

            return ExitCode.Succeeded;
        }
        catch (Exception exception)
        {
            var (exitCode, message) = FailureReport.Describe(exception);
            await environment.Error.WriteLineAsync($"{(exception is UsageException ? string.Empty : subject)}{message}");
            return exitCode;
        }
    }
}
