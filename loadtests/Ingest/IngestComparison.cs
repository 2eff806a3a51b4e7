using Gateway.LoadTests.Reporting;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Ingest;

/// <summary>Measures every contestant in every round, and says what came out.</summary>
internal sealed class IngestComparison(IngestScenario scenario, IngestServers servers, TimeProvider timeProvider, TextWriter output)
{
    private const string PresentDatabase = "present";
    private const string FreshDatabase = "fresh";

    private readonly List<Measurement> _measurements = [];
    private readonly List<double> _consumedPerSecond = [];
    private int _sets;

    /// <summary>Writes a line a measurement, as it is made.</summary>
    /// <exception cref="LoadTestException">It could not be measured.</exception>
    public async Task<IngestReport> RunAsync(CancellationToken cancellationToken)
    {
        if (scenario.RowsPresent > 0)
        {
            await PresentRows.CreateAsync(servers, PresentDatabase, scenario.RowsPresent, output, cancellationToken);
        }

        await output.WriteLineAsync(IngestReport.Header);
        for (var round = 1; round <= scenario.Rounds; round++)
        {
            await RunRoundAsync(round, cancellationToken);
        }

        return new IngestReport(scenario, servers.Broker.Description, Environment.ProcessorCount, _measurements, Spread.Of(_consumedPerSecond));
    }

    private async Task RunRoundAsync(int round, CancellationToken cancellationToken)
    {
        var set = await PrepareAsync(cancellationToken);
        _consumedPerSecond.Add(set.Count / set.Consuming.TotalSeconds);

        // There and back again: a machine that gets slower all the while treats them alike.
        var contestants = round % 2 == 1 ? scenario.Contestants() : scenario.Contestants().Reverse();
        foreach (var contestant in contestants)
        {
            // Two paths into one table need events of their own.
            var events = contestant is { OnPresentRows: true, Processors: 0 } ? await PrepareAsync(cancellationToken) : set;
            var measurement = await MeasureAsync(contestant, round, events, cancellationToken);
            _measurements.Add(measurement);
            await output.WriteLineAsync(IngestReport.LineOf(measurement));
        }
    }

    private Task<EventSet> PrepareAsync(CancellationToken cancellationToken) =>
        EventSet.PrepareAsync(servers, ++_sets, scenario, timeProvider, cancellationToken);

    private async Task<Measurement> MeasureAsync(Contestant contestant, int round, EventSet set, CancellationToken cancellationToken)
    {
        var database = contestant.OnPresentRows ? PresentDatabase : FreshDatabase;
        if (!contestant.OnPresentRows)
        {
            await servers.CreateDatabaseAsync(database, cancellationToken);
        }

        await servers.SettleAsync(cancellationToken);
        var load = ProcessTimes.Load();
        var measured = await RunAsync(contestant, database, set, cancellationToken);
        var statements = await servers.ReadStatementsAsync(database, cancellationToken);
        if (!contestant.OnPresentRows)
        {
            await servers.DropDatabaseAsync(database, cancellationToken);
        }

        return new Measurement(
            contestant, round, measured.Events, measured.Elapsed, measured.ProcessorTime, measured.DatabaseTime, measured.PeakBytes, load, statements);
    }

    private async Task<Measured> RunAsync(Contestant contestant, string database, EventSet set, CancellationToken cancellationToken)
    {
        if (contestant.Processors == 0)
        {
            return await OwnPath.RunAsync(servers, database, set, cancellationToken);
        }

        await using var group = new ProcessorGroup(servers, database, set, contestant.Processors, scenario.BatchMessages);
        return await group.RunAsync(cancellationToken);
    }
}
