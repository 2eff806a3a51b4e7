using System.Diagnostics;

namespace Gateway.LocalStack.Processes;

/// <summary>How a program ended and what it wrote.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
public sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program to its end, with nothing to read.</summary>
    /// <param name="program">On PATH, or an absolute path.</param>
    /// <param name="arguments">Not yet quoted.</param>
    /// <param name="environment">Added to this process's own; <c>null</c> removes a variable.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static async Task<ProgramResult> OfAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var startInfo = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string?>())
        {
            startInfo.Environment[variable] = value;
        }

        using var process = Process.Start(startInfo)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ProgramResult(process.ExitCode, output, await errors);
    }
}
