using Gateway.LocalStack.Output;
using Gateway.LocalStack.Servers;

namespace Gateway.LocalStack.Up;

/// <summary>`./dev up`: starts everything, says how to use it, and stays until it is told to stop or a process ends.</summary>
internal static class UpCommand
{
    private const int Succeeded = 0;
    private const int Failed = 1;
    private const int Interrupted = 130;
    private const string ExampleOrganization = "00000000-0000-0000-0000-000000000001";

    public static async Task<int> RunAsync()
    {
        using var signals = new StopSignals();
        var folder = new DevelopmentFolder();
        try
        {
            var ports = LocalPorts.FromEnvironment();
            var problems = PortCheck.Problems(ports.InUse(withKafka: ApacheKafka.Home is not null));
            if (problems.Count > 0)
            {
                await Console.Error.WriteLineAsync(string.Join('\n', problems));
                return Failed;
            }

            return await RunAsync(folder, ports, signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception
            or Npgsql.NpgsqlException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Failed;
        }
        finally
        {
            File.Delete(folder.EnvironmentFile);
        }
    }

    private static async Task<int> RunAsync(DevelopmentFolder folder, LocalPorts ports, CancellationToken cancellationToken)
    {
        var dataFolder = folder.PrepareData();
        DevelopmentFolder.RemoveLogs(dataFolder);
        await using var stack = new RunningStack(dataFolder, ports);
        await stack.StartAsync(cancellationToken);
        var key = await new KeygenTool(stack.DatabaseUrl).RunAsync(
            ["create", "--org-id", ExampleOrganization, "--name", "dev up"], cancellationToken);
        await WriteEnvironmentAsync(folder, stack, cancellationToken);
        Screen.WriteLine(Welcome(stack, folder, key));
        try
        {
            var ended = await stack.WaitForUnexpectedEndAsync(cancellationToken);
            await Console.Error.WriteLineAsync(
                $"{ended.Name} ended with exit code {ended.ExitCode}. Its last lines ({ended.LogFile}):\n{ended.Tail()}\nStopping the rest.");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            Screen.WriteLine("\nStopping.");
            return Succeeded;
        }
    }

    private static Task WriteEnvironmentAsync(DevelopmentFolder folder, RunningStack stack, CancellationToken cancellationToken) =>
        File.WriteAllLinesAsync(
            folder.EnvironmentFile,
            stack.Environment
                .Where(variable => variable.Value is not null)
                .Append(new("GATEWAY_URL", stack.GatewayUrl))
                .Select(variable => $"export {variable.Key}='{variable.Value}'"),
            cancellationToken);

    private static string Welcome(RunningStack stack, DevelopmentFolder folder, string key) =>
        $"""

        Ready. A request with a fresh key (60 a minute, 20 at once; the 21st at once gets a 429):

          curl -i -H 'Authorization: Bearer {key}' {stack.GatewayUrl}/hello

        What it cost, a second later:   ./dev keygen usage --org-id {ExampleOrganization}
        The whole way, step by step:    ./dev demo
        The database:                   psql {stack.OwnersDatabaseUrl}
        For your own programs:          source {folder.EnvironmentFile}
        Logs:                           tail -f {folder.Data}/*/*.log
        Stop:                           Ctrl-C here, or ./dev down
        """;
}
