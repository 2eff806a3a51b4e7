using Gateway.LoadTests.Running;

namespace Gateway.LoadTests;

/// <summary>Sends a steady rate of requests through a running gateway and says what came back, and how fast.</summary>
internal static class Program
{
    private const int Succeeded = 0;
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const string KeyVariable = "GATEWAY_KEY";

    public static async Task<int> Main(string[] arguments)
    {
        if (SteadyScenario.TryParse(arguments, out var scenario) is { } problem)
        {
            await Console.Error.WriteLineAsync($"{problem}\n{SteadyScenario.Usage}");
            return WrongUsage;
        }

        // A key on the command line would be seen by everybody who lists processes.
        var key = Environment.GetEnvironmentVariable(KeyVariable);
        if (string.IsNullOrEmpty(key))
        {
            await Console.Error.WriteLineAsync($"{KeyVariable} is not set; it holds the API key to send.");
            return WrongUsage;
        }

        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            interrupted.Cancel();
        };
        var result = await new LoadRunner(scenario, key, TimeProvider.System).RunAsync(interrupted.Token);
        Console.WriteLine(result.ToTable());
        return result.Errors == 0 ? Succeeded : Failed;
    }
}
