using System.Diagnostics;

namespace Gateway.LoadTests.Running;

/// <summary>Looks at a process every second.</summary>
internal static class ProcessWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Answers what it has seen once it is told to stop; the first and the last moment are in it.</summary>
    /// <exception cref="IOException">The process has ended.</exception>
    public static async Task<IReadOnlyList<ProcessSample>> RunAsync(int processId, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        var samples = new List<ProcessSample> { Sample() };
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                samples.Add(Sample());
            }
        }
        catch (OperationCanceledException)
        {
            samples.Add(Sample());
        }

        return samples;

        ProcessSample Sample() => new(
            Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3), ProcessTimes.Of(processId).TotalSeconds, ProcessTimes.OwnBytes(processId));
    }
}
