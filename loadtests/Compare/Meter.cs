using System.Diagnostics;
using Gateway.LoadTests.Running;
using Gateway.LoadTests.Wire;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Compare;

/// <summary>Puts a contestant under load and reads what that took.</summary>
internal sealed class Meter(CompareServers servers, int connections) : IDisposable
{
    private const string AllocatedMetric = "dotnet_gc_heap_total_allocated_bytes_total";

    // Makes connections on both sides, of which nothing is to be seen in a measurement.
    private static readonly TimeSpan Priming = TimeSpan.FromMilliseconds(500);

    private const int MostRests = 100;

    // On a busy machine a few seconds are little.
    private const long EnoughRequests = 50_000;
    private const int MostWarmUps = 5;

    private readonly HttpClient _client = new();

    /// <summary>Load without a measurement, for that long at least, and until there was enough of it for a compiler to have seen.</summary>
    /// <exception cref="LoadTestException">An answer was not 200.</exception>
    public async Task WarmUpAsync(Contestant contestant, TimeSpan during, CancellationToken cancellationToken)
    {
        using var load = WireLoad.Connect(contestant.Request, connections);
        var requests = 0L;
        for (var part = 0; part < MostWarmUps && (part == 0 || requests < EnoughRequests); part++)
        {
            var result = await load.RunAsync(new WirePace(during, Rate: null), cancellationToken);
            Check(contestant, result);
            requests += result.Requests;
        }

        await RestAsync(contestant, cancellationToken);
    }

    /// <param name="contestant">Who.</param>
    /// <param name="round">From 1.</param>
    /// <param name="kind">What the pace is.</param>
    /// <param name="pace">The load.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="LoadTestException">An answer was not 200.</exception>
    public async Task<Measurement> MeasureAsync(
        Contestant contestant, int round, LoadKind kind, WirePace pace, CancellationToken cancellationToken)
    {
        contestant.ShortenLogs();
        using var load = WireLoad.Connect(contestant.Request, connections);
        Check(contestant, await load.RunAsync(pace with { During = Priming }, cancellationToken));
        await RestAsync(contestant, cancellationToken);

        var allocated = await ReadAllocatedAsync(contestant, cancellationToken);
        var (before, started) = (Read(contestant), Stopwatch.GetTimestamp());
        var result = await load.RunAsync(pace, cancellationToken);
        Check(contestant, result);

        // What it put off is its own, too: events that are still on their way, garbage.
        await RestAsync(contestant, cancellationToken);
        var (cpu, elapsed) = (Read(contestant) - before, Stopwatch.GetElapsedTime(started));
        cpu = cpu with { Generator = result.GeneratorTime.TotalSeconds };
        if (servers.Broker is EmbeddedBroker)
        {
            cpu = cpu with { Broker = Math.Max(0, cpu.Broker - cpu.Generator) };
        }

        allocated = await ReadAllocatedAsync(contestant, cancellationToken) - allocated;
        return new Measurement(
            contestant.Name,
            round,
            kind,
            result.Requests,
            result.RequestsPerSecond,
            result.Percentile(50),
            result.Percentile(99),
            result.Percentile(99.9),
            result.LatePercentile(99),
            cpu,
            contestant.PeakBytes(),
            allocated / result.Requests,
            Math.Max(0, cpu.Machine - cpu.Ours) / elapsed.TotalSeconds);
    }

    public void Dispose() => _client.Dispose();

    private static void Check(Contestant contestant, WireResult result)
    {
        if (!result.AreAllOk)
        {
            throw new LoadTestException(
                $"{contestant.Name} did not answer everything with 200, so nothing was measured. Answers: {result.Answers}\n{contestant.Processes[0].Tail(lines: 5)}");
        }
    }

    private static async Task RestAsync(Contestant contestant, CancellationToken cancellationToken)
    {
        if (!await Rest.IsReachedAsync(contestant.Time, MostRests, cancellationToken))
        {
            throw new LoadTestException($"{contestant.Name} does not come to rest after its load.");
        }
    }

    private CpuSeconds Read(Contestant contestant) => new(
        contestant.Time().TotalSeconds,
        contestant.IsShared ? 0 : ProcessTimes.OfTree(servers.Backend.Id).TotalSeconds,
        contestant.Redis is { } redis ? ProcessTimes.Of(redis.Process.Id).TotalSeconds : 0,
        contestant.MetricsUrl is null ? 0 : servers.BrokerTime().TotalSeconds,
        Generator: 0,
        ProcessTimes.OfMachine().TotalSeconds);

    private async Task<double?> ReadAllocatedAsync(Contestant contestant, CancellationToken cancellationToken)
    {
        if (contestant.MetricsUrl is null)
        {
            return null;
        }

        return Scrape.Value(await _client.GetStringAsync(contestant.MetricsUrl, cancellationToken), AllocatedMetric);
    }
}
