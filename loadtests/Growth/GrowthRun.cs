using Gateway.Contracts;
using Gateway.Database;
using Gateway.LoadTests.Compare;
using Gateway.LoadTests.Reporting;
using Gateway.LoadTests.Running;
using Gateway.LoadTests.Wire;
using Gateway.LocalStack.Processes;

namespace Gateway.LoadTests.Growth;

/// <summary>Point by point: customers, a gateway, load, what it took.</summary>
internal sealed class GrowthRun(GrowthScenario scenario, CompareServers servers, TextWriter output)
{
    // Connections of this process that are not of clients, and other files.
    private const int OtherFiles = 200;
    private const int MostRests = 50;

    private static readonly string[] ProgramNames = ["gateway", "keygen"];
    private static readonly TimeSpan WarmUpPart = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Priming = TimeSpan.FromSeconds(1);

    /// <summary>Starts all, measures, reports; answers what is wrong, or null. Nothing is left running.</summary>
    /// <exception cref="LoadTestException">It could not be measured.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static async Task<string?> RunAsync(GrowthScenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        if (CompareServers.Missing(ProgramNames) is { } missing)
        {
            return missing;
        }

        await using var servers = await CompareServers.StartAsync(cancellationToken);
        var measurements = await new GrowthRun(scenario, servers, output).RunAsync(cancellationToken);
        var report = new GrowthReport(scenario, servers.Broker!.Description, Environment.ProcessorCount, measurements);
        await output.WriteLineAsync(report.ToMarkdown());
        await JsonReport.WriteAsync(report, scenario.JsonFile);
        return null;
    }

    private async Task<IReadOnlyList<GrowthMeasurement>> RunAsync(CancellationToken cancellationToken)
    {
        var measurements = new List<GrowthMeasurement>();
        await output.WriteLineAsync(GrowthReport.Header);
        foreach (var wanted in GrowthPoint.All(scenario.IsQuick))
        {
            measurements.AddRange(await MeasureAsync(await AllowedAsync(wanted), cancellationToken));
        }

        return measurements;
    }

    /// <summary>A point with no more connections than this process may have; the runtime has raised its limit to the hard one.</summary>
    private async Task<GrowthPoint> AllowedAsync(GrowthPoint point)
    {
        var files = ProcessTimes.OpenFilesLimit();
        if (point.Connections + OtherFiles <= files)
        {
            return point;
        }

        await output.WriteLineAsync($"{point.Connections:n0} connections need {point.Connections + OtherFiles:n0} open files, and {files:n0} are allowed: {files - OtherFiles:n0} connections instead.");
        return point with { Connections = files - OtherFiles };
    }

    private async Task<List<GrowthMeasurement>> MeasureAsync(GrowthPoint point, CancellationToken cancellationToken)
    {
        var environment = await servers.GatewayEnvironmentAsync(cancellationToken);
        var database = DatabaseUrl.Parse(environment[EnvironmentVariables.DatabaseUrl]!).ConnectionString;
        var keys = await GrowthCustomers.ReplaceAsync(database, point, cancellationToken);
        await using var gateway = await GrowthGateway.StartAsync(servers, point, keys, cancellationToken);
        await WarmUpAsync(gateway, cancellationToken);
        using var load = WireLoad.Connect(gateway.Requests, point.Connections);
        await SendAsync(gateway, load, new WirePace(Priming, scenario.Rate), cancellationToken);

        var measurements = new List<GrowthMeasurement>();
        for (var round = 1; round <= scenario.Rounds; round++)
        {
            await RestAsync(gateway.Process, cancellationToken);
            var (time, redisTime, calls) = (ProcessTimes.Of(gateway.Process.Id), gateway.RedisTime, await gateway.RedisCalls.ReadAsync());
            var result = await SendAsync(gateway, load, new WirePace(scenario.During, scenario.Rate), cancellationToken);

            // What it put off is its own, too: events that are still on their way.
            await RestAsync(gateway.Process, cancellationToken);
            var measurement = new GrowthMeasurement(
                point,
                round,
                result.Requests,
                (ProcessTimes.Of(gateway.Process.Id) - time).TotalMicroseconds / result.Requests,
                (double)(await gateway.RedisCalls.ReadAsync() - calls) / result.Requests,
                (gateway.RedisTime - redisTime).TotalMicroseconds / result.Requests,
                ProcessTimes.OwnBytes(gateway.Process.Id),
                result.Percentile(50),
                gateway.StartTime.TotalSeconds,
                ProcessTimes.Load());
            await output.WriteLineAsync(GrowthReport.LineOf(measurement));
            measurements.Add(measurement);
        }

        return measurements;
    }

    /// <summary>
    /// Flat out, and by requests: until the runtime has compiled all of it for good, a request takes many times what is to be
    /// measured, however long that lasts on a busy machine.
    /// </summary>
    private async Task WarmUpAsync(GrowthGateway gateway, CancellationToken cancellationToken)
    {
        using var load = WireLoad.Connect(gateway.Requests, GrowthPoint.UsualConnections);
        for (var sent = 0L; sent < scenario.WarmUpRequests;)
        {
            sent += (await SendAsync(gateway, load, new WirePace(WarmUpPart, Rate: null), cancellationToken)).Requests;
        }

        await RestAsync(gateway.Process, cancellationToken);
    }

    private static async Task<WireResult> SendAsync(GrowthGateway gateway, WireLoad load, WirePace pace, CancellationToken cancellationToken)
    {
        var result = await load.RunAsync(pace, cancellationToken);
        return result.AreAllOk
            ? result
            : throw new LoadTestException(
                $"The gateway did not answer everything with 200, so nothing was measured. Answers: {result.Answers}\n{gateway.Process.Tail(lines: 5)}");
    }

    private static async Task RestAsync(ChildProcess process, CancellationToken cancellationToken)
    {
        if (!await Rest.IsReachedAsync(() => ProcessTimes.Of(process.Id), MostRests, cancellationToken))
        {
            throw new LoadTestException("The gateway does not come to rest after its load.");
        }
    }
}
