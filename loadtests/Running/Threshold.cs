namespace Gateway.LoadTests.Running;

/// <summary>A figure that may not be exceeded.</summary>
/// <param name="Name">Which figure.</param>
/// <param name="Unit">What it is counted in.</param>
/// <param name="Maximum">The largest that is allowed.</param>
/// <param name="Read">Finds it; null where there is none, which is no pass.</param>
internal sealed record Threshold(string Name, string Unit, double Maximum, Func<NodeStats, double?> Read)
{
    /// <summary>99 of 100 requests of a scenario are answered so soon after they were due.</summary>
    public static Threshold P99(string scenario, double maximumMilliseconds) =>
        new($"p99 of {scenario}", "ms", maximumMilliseconds, stats => stats.Of(scenario).Latency?.P99);

    /// <summary>The same, beyond what another scenario has.</summary>
    public static Threshold AddedP99(string scenario, string beside, double maximumMilliseconds) => new(
        $"p99 of {scenario} beyond that of {beside}",
        "ms",
        maximumMilliseconds,
        stats => stats.Of(scenario).Latency?.P99 - stats.Of(beside).Latency?.P99);

    /// <summary>So many of a scenario's requests are not answered as expected.</summary>
    public static Threshold Failures(string scenario, double maximumPercent) => new(
        $"failures of {scenario}", "%", maximumPercent, stats => stats.Of(scenario) is { Requests: > 0 } one ? 100.0 * one.Failed / one.Requests : null);

    public ThresholdResult Check(NodeStats stats) => new(Name, Unit, Maximum, Read(stats));
}
