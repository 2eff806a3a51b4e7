using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Keygen.Changes;

/// <summary>Whom the operating system runs this process for.</summary>
internal static partial class ProcessUser
{
    /// <summary>A name, or <c>uid 64198</c> where the system has none, as in many containers.</summary>
    public static string Name => Environment.UserName.Length > 0 || OperatingSystem.IsWindows()
        ? Environment.UserName
        : string.Create(CultureInfo.InvariantCulture, $"uid {UserId()}");

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint UserId();
}
