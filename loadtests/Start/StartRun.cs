using Gateway.LoadTests.Compare;
using Gateway.LoadTests.Reporting;
using Gateway.LoadTests.Wire;

namespace Gateway.LoadTests.Start;

/// <summary>Servers, then one gateway after the other, report; whatever happens, nothing is left running.</summary>
internal static class StartRun
{
    private const string CompiledMethods = "dotnet_jit_compiled_methods_total";
    private const string CompilationTime = "dotnet_jit_compilation_time_seconds_total";

    private static readonly TimeSpan During = TimeSpan.FromSeconds(5);

    /// <summary>Answers what is wrong, or null.</summary>
    /// <exception cref="LoadTestException">It could not be measured.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static async Task<string?> RunAsync(StartScenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        if (CompareServers.Missing(["keygen"]) is { } missing)
        {
            return missing;
        }

        await using var servers = await CompareServers.StartAsync(cancellationToken);
        var starter = new Contestants(servers);
        var starts = await StartEachAsync(scenario, starter, output, cancellationToken);
        using var meter = new Meter(servers, scenario.Connections);
        var report = new StartReport(
            scenario, Environment.ProcessorCount, starts, await MeasureWarmAsync(scenario, starter, meter, output, cancellationToken));
        await output.WriteLineAsync(report.ToMarkdown());
        await JsonReport.WriteAsync(report, scenario.JsonFile);
        return null;
    }

    private static IEnumerable<(PublishedGateway Gateway, int Round)> InTurn(StartScenario scenario) =>
        from round in Enumerable.Range(1, scenario.Rounds)
        from gateway in round % 2 == 1 ? scenario.Gateways : scenario.Gateways.Reverse()
        select (gateway, round);

    private static async Task<IReadOnlyList<StartMeasurement>> StartEachAsync(
        StartScenario scenario, Contestants starter, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        var starts = new List<StartMeasurement>();
        await output.WriteLineAsync(StartReport.StartHeader);
        foreach (var (gateway, round) in InTurn(scenario))
        {
            await using var contestant = await starter.StartGatewayAsync($"round-{round}-{gateway.Name}", gateway.Program, [], cancellationToken);
            var cpu = contestant.Time();
            starts.Add(new StartMeasurement(
                gateway.Name,
                round,
                contestant.ReadyAfter!.Value.TotalMilliseconds,
                cpu.TotalSeconds,
                await LoadAsync(scenario, contestant, client, cancellationToken),
                await LoadAsync(scenario, contestant, client, cancellationToken)));
            await output.WriteLineAsync(StartReport.LineOf(starts[^1]));
        }

        return starts;
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureWarmAsync(
        StartScenario scenario, Contestants starter, Meter meter, TextWriter output, CancellationToken cancellationToken)
    {
        var contestants = new Dictionary<PublishedGateway, Contestant>();
        try
        {
            foreach (var gateway in scenario.Gateways)
            {
                contestants[gateway] = await starter.StartGatewayAsync(gateway.Name, gateway.Program, [], cancellationToken);
                await meter.WarmUpAsync(contestants[gateway], scenario.WarmUp, cancellationToken);
            }

            var measurements = new List<Measurement>();
            await output.WriteLineAsync(CompareReport.Header);
            foreach (var (gateway, round) in InTurn(scenario))
            {
                measurements.Add(await meter.MeasureAsync(
                    contestants[gateway], round, LoadKind.Saturation, new WirePace(During, Rate: null), cancellationToken));
                await output.WriteLineAsync(CompareReport.LineOf(measurements[^1]));
            }

            return measurements;
        }
        finally
        {
            await Task.WhenAll(contestants.Values.Select(static contestant => contestant.DisposeAsync().AsTask()));
        }
    }

    // What is not answered with 200 is counted: a cold gateway may refuse.
    private static async Task<ColdLoad> LoadAsync(
        StartScenario scenario, Contestant contestant, HttpClient client, CancellationToken cancellationToken)
    {
        var before = contestant.Time();
        using var load = WireLoad.Connect(contestant.Request, scenario.Connections);
        var result = await load.RunAsync(new WirePace(During, scenario.Rate), cancellationToken);
        var cpu = contestant.Time() - before;
        var metrics = await client.GetStringAsync(contestant.MetricsUrl, cancellationToken);
        return new ColdLoad(
            cpu.TotalSeconds,
            result.Percentile(50),
            result.Percentile(99),
            result.Percentile(100),
            result.NotOk,
            Scrape.Value(metrics, CompiledMethods) ?? 0,
            Scrape.Value(metrics, CompilationTime) ?? 0);
    }
}
