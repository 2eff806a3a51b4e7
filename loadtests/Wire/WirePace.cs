using System.Diagnostics;

namespace Gateway.LoadTests.Wire;

/// <summary>When requests are due.</summary>
/// <param name="During">For how long.</param>
/// <param name="Rate">
/// Requests per second, due whether or not earlier ones were answered (an open model); null for one request behind the other
/// on each connection (a closed model), which shows how much gets through.
/// </param>
internal readonly record struct WirePace(TimeSpan During, double? Rate)
{
    /// <summary>How many there are in all; without end in a closed model.</summary>
    public long Count => Rate is { } rate ? Math.Max(1, (long)(rate * During.TotalSeconds)) : long.MaxValue;

    /// <summary>Ticks of <see cref="Stopwatch"/> from the start until one is due; 0 in a closed model, where it is as soon as it can be sent.</summary>
    public long DueAfter(long number) => Rate is { } rate ? (long)(number * (Stopwatch.Frequency / rate)) : 0;
}
