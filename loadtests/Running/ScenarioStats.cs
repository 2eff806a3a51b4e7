namespace Gateway.LoadTests.Running;

/// <summary>What came back.</summary>
/// <param name="Name">Of the scenario.</param>
/// <param name="Requests">How many were sent.</param>
/// <param name="Failed">Of these, not answered as expected.</param>
/// <param name="RequestsPerSecond">From the first that was due to the last answer.</param>
/// <param name="Bytes">Of all bodies.</param>
/// <param name="Statuses">Requests by the HTTP status of their answer; 0 for none.</param>
/// <param name="Latency">Of all requests, with those that were given up; null where there were none.</param>
/// <param name="Late">How long after they were due requests were sent: what the generator itself adds. Null in a closed model.</param>
/// <param name="MaximumInFlight">Requests under way at once.</param>
/// <param name="Intervals">Second by second.</param>
internal sealed record ScenarioStats(
    string Name,
    long Requests,
    long Failed,
    double RequestsPerSecond,
    long Bytes,
    IReadOnlyDictionary<int, long> Statuses,
    LatencyStats? Latency,
    LatencyStats? Late,
    int MaximumInFlight,
    IReadOnlyList<IntervalStats> Intervals)
{
    /// <summary>How often each status was the answer, and how often there was none.</summary>
    public static string ToText(IReadOnlyDictionary<int, long> statuses) => string.Join(", ", statuses
        .OrderBy(static status => status.Key == Response.NoAnswer)
        .Select(static status => $"{(status.Key == Response.NoAnswer ? "none" : $"{status.Key}")}: {status.Value}"));
}
