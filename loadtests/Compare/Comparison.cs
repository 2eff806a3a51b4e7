using Gateway.LoadTests.Wire;

namespace Gateway.LoadTests.Compare;

/// <summary>Measures everyone in every round, and says what came out.</summary>
internal sealed class Comparison(CompareScenario scenario, IReadOnlyList<Contestant> contestants, Meter meter, TextWriter output)
{
    private const double Half = 0.5;
    private const double Seventy = 0.7;

    private readonly List<Measurement> _measurements = [];

    /// <summary>Writes a line a measurement, as it is made.</summary>
    /// <exception cref="LoadTestException">An answer was not 200, or somebody takes no connections any more.</exception>
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var contestant in contestants)
        {
            await meter.WarmUpAsync(contestant, scenario.WarmUp, cancellationToken);
        }

        await output.WriteLineAsync(CompareReport.Header);
        for (var round = 1; round <= scenario.Rounds; round++)
        {
            // There and back again: a machine that gets slower all the while treats them alike.
            var order = round % 2 == 1 ? contestants : [.. contestants.Reverse()];
            await RunRoundAsync(round, order, cancellationToken);
        }

        return _measurements;
    }

    private async Task RunRoundAsync(int round, IReadOnlyList<Contestant> order, CancellationToken cancellationToken)
    {
        var saturation = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var contestant in order)
        {
            saturation[contestant.Name] = (await MeasureAsync(contestant, round, LoadKind.Saturation, rate: null, cancellationToken)).RequestsPerSecond;
        }

        foreach (var (kind, part) in new[] { (LoadKind.Half, Half), (LoadKind.Seventy, Seventy) })
        {
            foreach (var contestant in order)
            {
                await MeasureAsync(contestant, round, kind, part * saturation[contestant.Name], cancellationToken);
            }
        }

        if (saturation.TryGetValue(ContestantNames.Gateway, out var gateway))
        {
            foreach (var contestant in order.Where(static one => ContestantNames.IsMeasuredAtCommonRate(one.Name)))
            {
                await MeasureAsync(contestant, round, LoadKind.Common, Seventy * gateway, cancellationToken);
            }
        }
    }

    private async Task<Measurement> MeasureAsync(
        Contestant contestant, int round, LoadKind kind, double? rate, CancellationToken cancellationToken)
    {
        var measurement = await meter.MeasureAsync(contestant, round, kind, new WirePace(scenario.During, rate), cancellationToken);
        _measurements.Add(measurement);
        await output.WriteLineAsync(CompareReport.LineOf(measurement));
        return measurement;
    }
}
