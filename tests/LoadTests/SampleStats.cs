using Gateway.LoadTests.Running;
using Gateway.LoadTests.Stack;

namespace Gateway.LoadTests.Tests;

/// <summary>A run with figures that are easy to recognize.</summary>
internal static class SampleStats
{
    public static ScenarioStats Empty { get; } = new("empty", 0, 0, 0, 0, new Dictionary<int, long>(), null, null, 0, []);

    public static NodeStats Create(string name = "steady") => new(
        name,
        "a stack of its own",
        new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero),
        Cores: 2,
        Load: 1.5,
        [
            new ScenarioStats(
                name,
                Requests: 10,
                Failed: 1,
                RequestsPerSecond: 5,
                Bytes: 900,
                new SortedDictionary<int, long> { [200] = 9, [0] = 1 },
                new LatencyStats(Mean: 1.5, P50: 1, P95: 3, P99: 4, P999: 5, Maximum: 6, [new(0, 1), new(50, 1), new(100, 6)]),
                new LatencyStats(Mean: 0.1, P50: 0.1, P95: 0.2, P99: 0.3, P999: 0.4, Maximum: 0.5, []),
                MaximumInFlight: 2,
                [new(0, 6, 0, 1, 4, 6), new(1, 0, 0, null, null, null), new(2, 4, 1, 1, 3, 3)]),
        ],
        [new(0, 1, 50 << 20), new(1, 1.25, 51 << 20)])
    {
        Usage = new UsageStats(Answered: 9, Unanswered: 1, BillableRows: 9, BillableInLedger: 9, AtBackend: 10),
        Thresholds = [new("p99 of steady", "ms", 3, 4)],
    };
}
