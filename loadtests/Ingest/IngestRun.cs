using Gateway.LoadTests.Reporting;
using Gateway.LocalStack.Processes;

namespace Gateway.LoadTests.Ingest;

/// <summary>Servers, measurements, report; whatever happens, nothing is left running.</summary>
internal static class IngestRun
{
    /// <summary>Answers what is wrong, or null.</summary>
    /// <exception cref="LoadTestException">It could not be measured.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static async Task<string?> RunAsync(IngestScenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        if (Programs.Missing(ProcessorGroup.ProgramName) is { Count: > 0 })
        {
            return "The usage-processor is not built: dotnet build usage-processor -c Release";
        }

        await using var servers = await IngestServers.StartAsync(cancellationToken);
        var report = await new IngestComparison(scenario, servers, TimeProvider.System, output).RunAsync(cancellationToken);
        await output.WriteLineAsync(report.ToTable());
        await JsonReport.WriteAsync(report, scenario.JsonFile);
        return null;
    }
}
