namespace Gateway.LoadTests.Running;

/// <summary>What came back.</summary>
/// <param name="Latencies">Milliseconds from when a request was due to the end of its answer, sorted.</param>
/// <param name="Statuses">Answers by HTTP status.</param>
/// <param name="Errors">Requests without an answer.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record LoadResult(double[] Latencies, IReadOnlyDictionary<int, int> Statuses, int Errors, TimeSpan Elapsed)
{
    public double RequestsPerSecond => (Latencies.Length + Errors) / Elapsed.TotalSeconds;

    /// <summary>How often each status was the answer, and how often there was none.</summary>
    public string Answers => string.Join(", ", Statuses.Select(status => $"{status.Key}: {status.Value}").Concat(Errors == 0 ? [] : [$"none: {Errors}"]));

    /// <summary>For people.</summary>
    public string ToTable() =>
        $"""
        requests/s   {RequestsPerSecond:0.0}
        answers      {string.Join(", ", Statuses.Select(status => $"{status.Key}: {status.Value}"))}
        no answer    {Errors}
        latency ms   p50 {Percentile(0.5):0.00}   p99 {Percentile(0.99):0.00}   p99.9 {Percentile(0.999):0.00}   max {Percentile(1):0.00}
        """;

    /// <summary>The smallest latency that this part of the answers did not exceed (nearest rank).</summary>
    public double Percentile(double part) =>
        Latencies.Length == 0 ? double.NaN : Latencies[Math.Max(0, (int)Math.Ceiling(part * Latencies.Length) - 1)];
}
