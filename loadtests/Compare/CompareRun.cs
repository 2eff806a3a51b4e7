using Gateway.LoadTests.Reporting;

namespace Gateway.LoadTests.Compare;

/// <summary>Servers, contestants, measurements, report; whatever happens, nothing is left running.</summary>
internal static class CompareRun
{
    private static readonly string[] ProgramNames = ["gateway", "keygen", "loadtests"];

    /// <summary>Answers what is wrong, or null.</summary>
    /// <exception cref="LoadTestException">It could not be measured.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static async Task<string?> RunAsync(CompareScenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        if (CompareServers.Missing(ProgramNames) is { } missing)
        {
            return missing;
        }

        await using var servers = await CompareServers.StartAsync(cancellationToken);
        var contestants = new List<Contestant>();
        try
        {
            await StartAsync(scenario, new Contestants(servers), contestants, output, cancellationToken);
            using var meter = new Meter(servers, scenario.Connections);
            var measurements = await new Comparison(scenario, contestants, meter, output).RunAsync(cancellationToken);
            var report = new CompareReport(scenario, servers.Broker?.Description, Environment.ProcessorCount, measurements);
            await output.WriteLineAsync(report.ToMarkdown());
            await JsonReport.WriteAsync(report, scenario.JsonFile);
            return scenario.IsCheck ? report.Missed() : null;
        }
        finally
        {
            await Task.WhenAll(contestants.Select(static contestant => contestant.DisposeAsync().AsTask()));
        }
    }

    private static async Task StartAsync(
        CompareScenario scenario, Contestants starter, List<Contestant> started, TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var name in ContestantNames.All.Where(scenario.Wants))
        {
            if (Contestants.Missing(name) is { } reason)
            {
                await output.WriteLineAsync($"Without {name}: {reason}.");
                continue;
            }

            started.Add(await starter.StartAsync(name, cancellationToken));
        }
    }
}
