using Gateway.LoadTests.Compare;
using Gateway.LoadTests.Wire;
using Npgsql;

namespace Gateway.LoadTests.Start;

/// <summary>Servers, then one gateway after the other, report; whatever happens, nothing is left running.</summary>
internal static class StartRun
{
    private const string CompiledMethods = "dotnet_jit_compiled_methods_total";
    private const string CompilationTime = "dotnet_jit_compilation_time_seconds_total";

    private static readonly TimeSpan During = TimeSpan.FromSeconds(5);

    /// <summary>Answers what is wrong, or null.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static async Task<string?> RunAsync(StartScenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        if (CompareServers.Missing(["keygen"]) is { } missing)
        {
            return missing;
        }

        try
        {
            await using var servers = await CompareServers.StartAsync(cancellationToken);
            using var meter = new Meter(servers, scenario.Connections);
            using var client = new HttpClient();
            var report = new StartReport(scenario, Environment.ProcessorCount, []);
            await output.WriteLineAsync(StartReport.Header);
            for (var round = 1; round <= scenario.Rounds; round++)
            {
                foreach (var gateway in round % 2 == 1 ? scenario.Gateways : scenario.Gateways.Reverse())
                {
                    var measurement = await MeasureAsync(scenario, gateway, round, new Contestants(servers), meter, client, cancellationToken);
                    report = report with { Measurements = [.. report.Measurements, measurement] };
                    await output.WriteLineAsync(StartReport.LineOf(measurement));
                }
            }

            await output.WriteLineAsync(report.ToMarkdown());
            if (scenario.JsonFile is { } file)
            {
                await report.WriteJsonAsync(file, cancellationToken);
            }

            return null;
        }
        catch (Exception exception) when (exception is CompareException or WireException or InvalidOperationException or NpgsqlException or IOException
            && !cancellationToken.IsCancellationRequested)
        {
            return exception.Message;
        }
    }

    private static async Task<StartMeasurement> MeasureAsync(
        StartScenario scenario, PublishedGateway gateway, int round, Contestants starter, Meter meter, HttpClient client, CancellationToken cancellationToken)
    {
        await using var contestant = await starter.StartGatewayAsync($"{gateway.Name}-{round}", gateway.Program, [], cancellationToken);
        var cpu = contestant.Time();
        var first = await LoadAsync(scenario, contestant, client, cancellationToken);
        var next = await LoadAsync(scenario, contestant, client, cancellationToken);
        await meter.WarmUpAsync(contestant, scenario.WarmUp, cancellationToken);
        var warm = await meter.MeasureAsync(contestant, round, LoadKind.Saturation, new WirePace(During, Rate: null), cancellationToken);
        return new StartMeasurement(
            gateway.Name,
            round,
            contestant.ReadyAfter!.Value.TotalMilliseconds,
            cpu.TotalSeconds,
            first,
            next,
            warm.RequestsPerCpuSecond,
            warm.OthersCores);
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
