using Gateway.Chaos.Reporting;
using Gateway.Chaos.Stack;
using Gateway.LocalStack.Output;
using Gateway.LocalStack.Up;

namespace Gateway.Chaos;

/// <summary>The campaign of faults; people call <c>./dev chaos</c>.</summary>
internal static class Program
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int WrongArguments = 2;
    private const int Interrupted = 130;

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["--help" or "-h" or "help"])
        {
            Screen.WriteLine(ChaosOptions.Usage);
            return Passed;
        }

        ChaosOptions options;
        try
        {
            options = ChaosOptions.Parse(arguments);
        }
        catch (FormatException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return WrongArguments;
        }

        MountNamespace.Enter(arguments);
        return await RunAsync(options);
    }

    private static async Task<int> RunAsync(ChaosOptions options)
    {
        using var signals = new StopSignals();
        using var folder = new RunFolder();
        try
        {
            var report = await new Campaign(options, folder.Path).RunAsync(signals.Token);
            Screen.WriteLine(TextReport.Of(report));
            if (options.JsonFile is { } file)
            {
                await File.WriteAllTextAsync(file, report.ToJson() + "\n", CancellationToken.None);
            }

            if (!report.Passed)
            {
                Keep(folder);
            }

            return report.Passed ? Passed : Failed;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception
            or Npgsql.NpgsqlException or Confluent.Kafka.KafkaException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The campaign could not be carried out: {exception.Message}");
            Keep(folder);
            return Failed;
        }
    }

    private static void Keep(RunFolder folder)
    {
        folder.IsKept = true;
        Screen.WriteLine(
            $"""
            Kept to be looked at: {folder.Path}
              chaos.log                     what happened when
              gateway-*.log                 a line a request, with its path
              usage-processor-*.log         batches, faults, dead letters
              postgres/data                 the rows, ledger and offsets
              journals-kept                 what was left of the journals
            """);
    }
}
