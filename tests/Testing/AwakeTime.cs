using System.Diagnostics;

namespace Gateway.Testing;

/// <summary>
/// Time in which this process ran. On a machine that is busy with others its timers fire late and so does everything else, for which
/// nothing that is tested can be blamed: what is promised within a time is promised of a process that is let run.
/// </summary>
public readonly struct AwakeTime
{
    private readonly long _started;
    private readonly TimeSpan _asleepBefore;

    private AwakeTime(long started, TimeSpan asleepBefore) => (_started, _asleepBefore) = (started, asleepBefore);

    /// <summary>How much has gone by.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started) - (Sleep.Total - _asleepBefore);

    /// <summary>Begins now.</summary>
    public static AwakeTime Start() => new(Stopwatch.GetTimestamp(), Sleep.Total);

    /// <summary>Looks at a timer of the pool, like those that everything else depends on.</summary>
    private static class Sleep
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

        // So late a timer is on a machine that has nothing else to do.
        private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(5);

        private static readonly Lock Gate = new();
        private static TimeSpan _total;
        private static long _lookedAt = Stopwatch.GetTimestamp();

        static Sleep() => _ = LookAsync();

        /// <summary>How long the process has stood still so far, all in all.</summary>
        public static TimeSpan Total
        {
            get
            {
                lock (Gate)
                {
                    return _total + Lateness;
                }
            }
        }

        private static TimeSpan Lateness =>
            Stopwatch.GetElapsedTime(_lookedAt) - Interval - Tolerance is var late && late > TimeSpan.Zero ? late : TimeSpan.Zero;

        private static async Task LookAsync()
        {
            while (true)
            {
                await Task.Delay(Interval).ConfigureAwait(false);
                lock (Gate)
                {
                    _total += Lateness;
                    _lookedAt = Stopwatch.GetTimestamp();
                }
            }
        }
    }
}
