using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gateway.Chaos.Stack;

/// <summary>
/// Root runs a campaign in a mount namespace of its own: what is mounted there is gone with the last process in it, even
/// after kill -9.
/// </summary>
internal static partial class MountNamespace
{
    private const string InsideVariable = "GATEWAY_CHAOS_NAMESPACE";

    /// <summary>Whether mounting is possible and nobody else would notice.</summary>
    public static bool IsPrivate => Environment.GetEnvironmentVariable(InsideVariable) is "1";

    /// <summary>Goes on as the same process, with the same arguments, in a namespace of its own, where that is possible.</summary>
    public static void Enter(string[] arguments)
    {
        if (IsPrivate || !Environment.IsPrivilegedProcess || !CanBeMade())
        {
            return;
        }

        string?[] command = ["unshare", "--mount", Environment.ProcessPath!, Environment.GetCommandLineArgs()[0], .. arguments, null];
        if (SetVariable(InsideVariable, "1", 1) != 0 || Execute(command[0]!, command) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private static bool CanBeMade()
    {
        try
        {
            using var attempt = System.Diagnostics.Process.Start("unshare", ["--mount", "true"]);
            attempt.WaitForExit();
            return attempt.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    // .NET keeps a copy of the environment that the new program would not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrites);

    [LibraryImport("libc", EntryPoint = "execvp", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Execute(string file, string?[] arguments);
}
