using System.Diagnostics;
using Gateway.Contracts;

namespace Gateway.LocalStack.Up;

/// <summary>The keygen CLI, called as an operator would. Its output can be a secret, so it goes through no log file.</summary>
internal sealed class KeygenTool(string databaseUrl)
{
    /// <summary>Runs it and answers what it printed on standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    public async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var startInfo = new ProcessStartInfo(Environment.ProcessPath!, [DevelopmentFolder.Program("keygen"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { [EnvironmentVariables.DatabaseUrl] = databaseUrl },
        };
        using var process = Process.Start(startInfo)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? output.Trim()
                : throw new InvalidOperationException($"keygen {string.Join(' ', arguments)} failed: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
