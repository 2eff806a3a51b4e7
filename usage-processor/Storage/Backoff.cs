namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// Waits that double up to a limit. Half of each is random, so that processors that failed together do not come back together.
/// </summary>
internal static class Backoff
{
    private const int MostDoublings = 30;

    /// <param name="failures">Failures in a row so far, from 1.</param>
    /// <param name="first">The wait after the first.</param>
    /// <param name="longest">The longest wait.</param>
    /// <param name="random">From 0 to below 1.</param>
    public static TimeSpan Delay(int failures, TimeSpan first, TimeSpan longest, double random)
    {
        var doubled = first * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        var whole = doubled < longest ? doubled : longest;
        return whole * (0.5 + (random / 2));
    }
}
