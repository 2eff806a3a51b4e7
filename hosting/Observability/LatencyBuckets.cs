using System.Diagnostics.Metrics;

namespace Gateway.Hosting.Observability;

/// <summary>The buckets of all histograms of times, in seconds. They begin where a proxy's own work is: below a tenth of a millisecond.</summary>
public static class LatencyBuckets
{
    /// <summary>Their upper bounds; one more takes what is beyond.</summary>
    public static double[] Seconds =>
        [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>The same as an instrument takes them.</summary>
    public static InstrumentAdvice<double> Advice { get; } = new() { HistogramBucketBoundaries = Seconds };
}
