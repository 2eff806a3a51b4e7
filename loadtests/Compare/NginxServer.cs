using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Compare;

/// <summary>nginx as a process, from one of our files.</summary>
internal static class NginxServer
{
    // Debian's is not in everybody's PATH.
    public const string Program = "/usr/sbin/nginx";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <param name="folder">For what it writes.</param>
    /// <param name="configuration">The file's name.</param>
    /// <param name="port">Where it will listen.</param>
    /// <param name="values">What the file says, beside the folder, the port and the user.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<ChildProcess> StartAsync(
        string folder, string configuration, int port, (string Name, object Value)[] values, CancellationToken cancellationToken)
    {
        var user = Environment.IsPrivilegedProcess ? "user root;" : string.Empty;
        var file = await PeerFile.WriteAsync(folder, configuration, [("folder", folder), ("port", port), ("user", user), .. values]);
        return await Readiness.StartAsync(
            new ChildProcessOptions("nginx", Program, ["-c", file, "-p", folder, "-e", "stderr"], Path.Combine(folder, "nginx.log")),
            token => Readiness.AcceptsConnectionsAsync(port, token),
            Deadline,
            cancellationToken);
    }
}
