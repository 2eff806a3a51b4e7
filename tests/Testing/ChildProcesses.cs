using System.Globalization;

namespace Gateway.Testing;

/// <summary>What the kernel says of processes that another one has started.</summary>
public static class ChildProcesses
{
    /// <summary>Their ids.</summary>
    public static IReadOnlyList<int> Of(int processId) =>
    [
        .. Directory.GetDirectories($"/proc/{processId}/task")
            .SelectMany(static thread => Read(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(static child => int.Parse(child, CultureInfo.InvariantCulture)),
    ];

    /// <summary>With which words it was started; empty where it has ended.</summary>
    public static string CommandLineOf(int processId) => Read($"/proc/{processId}/cmdline");

    /// <summary>Threads and processes come and go: one that has ended meanwhile has nothing to say.</summary>
    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }
}
