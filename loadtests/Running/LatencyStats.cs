using HdrHistogram;

namespace Gateway.LoadTests.Running;

/// <summary>Milliseconds from when requests were due (in a closed model: were sent) to the end of their answers.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="P50">What half of them did not exceed; the others likewise.</param>
/// <param name="P95">95 of 100.</param>
/// <param name="P99">99 of 100.</param>
/// <param name="P999">999 of 1,000.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="Percentiles">The whole curve.</param>
internal sealed record LatencyStats(
    double Mean, double P50, double P95, double P99, double P999, double Maximum, IReadOnlyList<LatencyPercentile> Percentiles)
{
    // Five points each time that what is left of the requests halves.
    private const int TicksPerHalf = 5;
    private const double MicrosecondsPerMillisecond = 1000;

    /// <summary>Of a histogram in microseconds; null where it has nothing.</summary>
    public static LatencyStats? Of(HistogramBase histogram) => histogram.TotalCount == 0
        ? null
        : new LatencyStats(
            Milliseconds(histogram.GetMean()),
            At(histogram, 50),
            At(histogram, 95),
            At(histogram, 99),
            At(histogram, 99.9),
            Milliseconds(histogram.GetMaxValue()),
            [.. histogram.Percentiles(TicksPerHalf).Select(static point => new LatencyPercentile(point.Percentile, Milliseconds(point.ValueIteratedTo)))]);

    /// <summary>What that share of the values in a histogram in microseconds did not exceed.</summary>
    public static double At(HistogramBase histogram, double percentile) => Milliseconds(histogram.GetValueAtPercentile(percentile));

    private static double Milliseconds(double microseconds) => Math.Round(microseconds) / MicrosecondsPerMillisecond;
}
