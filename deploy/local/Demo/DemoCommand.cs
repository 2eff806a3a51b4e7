using Gateway.Contracts;
using Gateway.Database;
using Gateway.LocalStack.Up;

namespace Gateway.LocalStack.Demo;

/// <summary>`./dev demo`: where the running stack is, and exit codes.</summary>
internal static class DemoCommand
{
    private const int Agree = 0;
    private const int Differ = 1;
    private const int Interrupted = 130;
    private const string GatewayUrl = "GATEWAY_URL";

    public static async Task<int> RunAsync()
    {
        using var signals = new StopSignals();
        try
        {
            var databaseUrl = Setting(EnvironmentVariables.DatabaseUrl);
            using var client = new HttpClient { BaseAddress = new Uri(Setting(GatewayUrl)) };
            await using var database = new UsageDatabase(databaseUrl);
            return await new Demonstration(client, new KeygenTool(databaseUrl), database).RunAsync(signals.Token) ? Agree : Differ;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or HttpRequestException or Npgsql.NpgsqlException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Differ;
        }
    }

    private static string Setting(string variable) => SecretVariable.Read(Environment.GetEnvironmentVariable, variable)
        ?? throw new InvalidOperationException($"{variable} is not set.");
}
