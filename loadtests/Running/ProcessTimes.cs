using System.Globalization;

namespace Gateway.LoadTests.Running;

/// <summary>CPU and memory of processes as the kernel counts them, see proc(5).</summary>
internal static class ProcessTimes
{
    /// <summary>Its largest working set so far.</summary>
    public const string PeakWorkingSet = "VmHWM:";

    /// <summary>Of its working set, what is in no file: without mapped journals, which the kernel can take back.</summary>
    public const string OwnMemory = "RssAnon:";

    // USER_HZ, which is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // From the state on, which is the first behind the name.
    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const int UserTimeOfChildren = 13;
    private const int SystemTimeOfChildren = 14;

    /// <summary>What a process has used, without its children.</summary>
    public static TimeSpan Of(int processId) => ParseOwn(File.ReadAllText($"/proc/{processId}/stat"));

    /// <summary>What a process and its children have used, with those that have ended: PostgreSQL has a process a connection.</summary>
    public static TimeSpan OfTree(int processId)
    {
        var sum = TimeSpan.Zero;
        foreach (var child in ChildrenOf(processId))
        {
            try
            {
                sum += Of(child);
            }
            catch (IOException)
            {
                // It has just ended: its time is the parent's from now on, which is read last.
            }
        }

        var parent = File.ReadAllText($"/proc/{processId}/stat");
        return sum + ParseOwn(parent) + ParseOfEndedChildren(parent);
    }

    /// <summary>What all processes of the machine have used, and its host has kept from it; without interrupts, which are nobody's.</summary>
    public static TimeSpan OfMachine() => ParseMachine(File.ReadLines("/proc/stat").First());

    /// <summary>The largest working set that a process has had.</summary>
    public static long PeakBytes(int processId) => ParseBytes(PeakWorkingSet, File.ReadLines($"/proc/{processId}/status"));

    /// <summary>The sum of those of a process and its children, what they share counted for each.</summary>
    public static long PeakBytesOfTree(int processId) => PeakBytes(processId) + ChildrenOf(processId).Sum(PeakBytes);

    /// <summary>The memory that it has for itself.</summary>
    public static long OwnBytes(int processId) => ParseBytes(OwnMemory, File.ReadLines($"/proc/{processId}/status"));

    /// <summary>How many files this process may have open.</summary>
    public static int OpenFilesLimit()
    {
        const string Name = "Max open files";
        var line = File.ReadLines("/proc/self/limits").First(static line => line.StartsWith(Name, StringComparison.Ordinal));
        var limit = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(limit, CultureInfo.InvariantCulture, out var files) ? files : int.MaxValue;
    }

    /// <summary>The machine's load average of a minute.</summary>
    public static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>User and system time of a line of <c>/proc/…/stat</c>.</summary>
    public static TimeSpan ParseOwn(string stat) => Sum(stat, UserTime, SystemTime);

    /// <summary>User, nice, system and stolen time of the first line of <c>/proc/stat</c>.</summary>
    public static TimeSpan ParseMachine(string line)
    {
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var user, var nice, var system, _, _, _, _, var stolen, ..]
            ? new[] { user, nice, system, stolen }.Sum(static field => long.Parse(field, CultureInfo.InvariantCulture))
            : 0;
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>The same of the children that have ended and were waited for.</summary>
    public static TimeSpan ParseOfEndedChildren(string stat) => Sum(stat, UserTimeOfChildren, SystemTimeOfChildren);

    /// <summary>A field of <c>/proc/…/status</c> in kB; 0 where it is not there.</summary>
    public static long ParseBytes(string field, IEnumerable<string> status)
    {
        var line = status.FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line[field.Length..].Replace("kB", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    private static int[] ChildrenOf(int processId) => Array.ConvertAll(
        File.ReadAllText($"/proc/{processId}/task/{processId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries),
        static child => int.Parse(child, CultureInfo.InvariantCulture));

    // The name is in parentheses and can have spaces and parentheses in it.
    private static TimeSpan Sum(string stat, int first, int second)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[first], CultureInfo.InvariantCulture) + long.Parse(fields[second], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
