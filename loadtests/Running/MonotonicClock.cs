using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gateway.LoadTests.Running;

/// <summary>Sleeps up to a moment, to some 0.1 ms: timers of .NET are a millisecond late, which a request would be charged for.</summary>
internal static partial class MonotonicClock
{
    private const int Monotonic = 1;
    private const int Absolute = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // So that somebody who is done waiting does not wait for long.
    private static readonly long LongestSleep = Stopwatch.Frequency / 20;

    /// <summary>Returns at that timestamp of <see cref="Stopwatch"/>, or soon after cancellation.</summary>
    public static void SleepUntil(long timestamp, CancellationToken cancellationToken)
    {
        for (var now = Stopwatch.GetTimestamp(); now < timestamp && !cancellationToken.IsCancellationRequested; now = Stopwatch.GetTimestamp())
        {
            // On Linux a timestamp is CLOCK_MONOTONIC in nanoseconds. A signal ends a sleep early; the loop goes on with it.
            var until = Math.Min(timestamp, now + LongestSleep);
            Sleep(Monotonic, Absolute, new Timespec(until / NanosecondsPerSecond, until % NanosecondsPerSecond), 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sleep(int clock, int flags, in Timespec request, nint remaining);

    private readonly record struct Timespec(long Seconds, long Nanoseconds);
}
