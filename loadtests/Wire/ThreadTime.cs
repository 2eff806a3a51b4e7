using System.Runtime.InteropServices;

namespace Gateway.LoadTests.Wire;

/// <summary>CPU that the calling thread has used, see clock_gettime(2).</summary>
internal static unsafe partial class ThreadTime
{
    private const int ThreadClock = 3;
    private const double NanosecondsPerSecond = 1_000_000_000;

    public static TimeSpan Read()
    {
        var time = stackalloc long[2];
        _ = GetTime(ThreadClock, time);
        return TimeSpan.FromSeconds(time[0] + (time[1] / NanosecondsPerSecond));
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, long* time);
}
