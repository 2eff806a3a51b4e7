namespace Gateway.EndToEnd.Tests.Observability.Running;

/// <summary>Programs of this machine.</summary>
internal static class Installed
{
    /// <summary>Whether a program is on PATH.</summary>
    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
