using Gateway.Contracts;
using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>The real process.</summary>
public abstract class ProcessTest(TestServers servers) : KeygenTest(servers)
{
    /// <summary>A referenced program is copied next to the tests together with its runtime configuration.</summary>
    internal static readonly string Keygen = $"dotnet exec {Path.Combine(AppContext.BaseDirectory, "keygen.dll")}";

    internal async Task<KeygenResult> ShellAsync(string script)
    {
        var result = await ProgramResult.OfAsync(
            "sh", ["-c", script], new Dictionary<string, string?> { [EnvironmentVariables.DatabaseUrl] = DatabaseUrl, ["NO_COLOR"] = null });
        return new KeygenResult(result.ExitCode, result.Output, result.Errors);
    }
}
