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
        using var process = Start(arguments, isCaptured: true);
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
            KillIfRunning(process);
        }
    }

    /// <summary>Runs it and lets the user see what it prints, in the form that it has on a terminal.</summary>
    public async Task ShowAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(arguments, isCaptured: false);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            KillIfRunning(process);
        }
    }

    private Process Start(IReadOnlyList<string> arguments, bool isCaptured) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [DevelopmentFolder.Program("keygen"), .. arguments])
        {
            RedirectStandardOutput = isCaptured,
            RedirectStandardError = isCaptured,
            UseShellExecute = false,
            Environment =
            {
                [EnvironmentVariables.DatabaseUrl] = databaseUrl,
                [EnvironmentVariables.DatabaseUrl + EnvironmentVariables.FileSuffix] = null,
            },
        })!;

    private static void KillIfRunning(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
    }
}
