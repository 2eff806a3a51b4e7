namespace Gateway.LoadTests.Running;

/// <summary>A point of the curve of latencies.</summary>
/// <param name="Percentile">So many of 100 requests …</param>
/// <param name="Milliseconds">… did not exceed this.</param>
internal readonly record struct LatencyPercentile(double Percentile, double Milliseconds);
