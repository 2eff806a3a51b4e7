using System.Runtime.InteropServices;

namespace Gateway.LocalStack.Processes;

/// <summary>The POSIX signals that servers are stopped, killed, frozen, thawed and reconfigured with (Linux numbers).</summary>
public enum Signal
{
    /// <summary>For nginx: read the configuration again.</summary>
    HangUp = 1,

    /// <summary>Ctrl-C; for PostgreSQL a fast shutdown.</summary>
    Interrupt = 2,

    /// <summary>For PostgreSQL an immediate shutdown: as if it had been killed, but its children go too.</summary>
    Quit = 3,

    /// <summary>kill -9.</summary>
    Kill = 9,

    /// <summary>Please stop.</summary>
    Terminate = 15,

    /// <summary>SIGCONT: goes on after <see cref="Stop"/>.</summary>
    Continue = 18,

    /// <summary>SIGSTOP: frozen, connections stay open but nothing answers.</summary>
    Stop = 19,
}

internal static partial class SignalExtensions
{
    public static bool SendTo(this Signal signal, int processId) => Kill(processId, (int)signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
