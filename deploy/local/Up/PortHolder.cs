using System.Globalization;

namespace Gateway.LocalStack.Up;

/// <summary>Who listens on a TCP port of this machine, from /proc (see proc(5) and the kernel's proc_net_tcp.rst).</summary>
public static class PortHolder
{
    private const string Listening = "0A";
    private const int LocalAddressColumn = 1;
    private const int StateColumn = 3;
    private const int InodeColumn = 9;

    /// <summary>The process as <c>pid 123: its command line</c>, or null when nobody listens there.</summary>
    public static string? Find(int port)
    {
        var sockets = ListeningSockets(port);
        if (sockets.Count == 0)
        {
            return null;
        }

        foreach (var processFolder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(processFolder), out var processId) && HoldsOneOf(sockets, processFolder))
            {
                return $"pid {processId}: {CommandLine(processFolder)}";
            }
        }

        return "another user's process";
    }

    private static HashSet<string> ListeningSockets(int port) =>
        ((string[])["/proc/net/tcp", "/proc/net/tcp6"])
            .Where(File.Exists)
            .SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[StateColumn] == Listening && PortOf(columns[LocalAddressColumn]) == port)
            .Select(columns => $"socket:[{columns[InodeColumn]}]")
            .ToHashSet();

    private static int PortOf(string address) =>
        int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static bool HoldsOneOf(HashSet<string> sockets, string processFolder)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(processFolder, "fd")).EnumerateFiles()
                .Any(descriptor => descriptor.LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // Not ours to look into, or it ended meanwhile.
            return false;
        }
    }

    private static string CommandLine(string processFolder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(processFolder, "cmdline")).TrimEnd('\0').Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "(it has just ended)";
        }
    }
}
