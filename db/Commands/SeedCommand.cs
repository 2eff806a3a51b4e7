using System.CommandLine;
using Gateway.Database.Seeding;

namespace Gateway.Database.Commands;

/// <summary><c>gateway-db seed</c>.</summary>
internal static class SeedCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var command = new Command("seed", "Adds the examples of the documentation. For development, never for production.\n\nExample: gateway-db up && gateway-db seed");
        command.SetAction((_, cancellationToken) => RunAsync(environment, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(CommandEnvironment environment, CancellationToken cancellationToken)
    {
        await environment.Error.WriteLineAsync("seed adds examples for development; production has no use for them");
        return await CommandAction.ForEachDatabaseAsync(environment, async target =>
        {
            foreach (var file in await SeedData.ApplyAsync(target.ConnectionString, cancellationToken))
            {
                await environment.Output.WriteLineAsync($"{target.Address}: seeded {file}");
            }
        });
    }
}
