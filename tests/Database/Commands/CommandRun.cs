using Gateway.Contracts;
using Gateway.Database.Commands;
using Gateway.Database.Tests.Databases;

namespace Gateway.Database.Tests.Commands;

/// <summary>A command line that was run without a console, and what it wrote.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static Task<CommandRun> RunAsync(TestDatabase database, params string[] arguments) => RunAsync(database.Url, null, null, arguments);

    public static Task<CommandRun> RunAsync(string? url, string? analyticsUrl, Func<string?>? readLine, params string[] arguments) =>
        RunAsync(url, analyticsUrl, readLine, arguments, CancellationToken.None);

    public static async Task<CommandRun> RunAsync(
        string? url, string? analyticsUrl, Func<string?>? readLine, string[] arguments, CancellationToken cancellationToken)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await GatewayDatabaseCommand.RunAsync(arguments, Environment(url, analyticsUrl, output, error, readLine), cancellationToken);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    public static CommandEnvironment Environment(
        string? url, string? analyticsUrl, TextWriter output, TextWriter error, Func<string?>? readLine) => new()
        {
            Variable = name => name switch
            {
                EnvironmentVariables.DatabaseUrl => url,
                EnvironmentVariables.AnalyticsDatabaseUrl => analyticsUrl,
                _ => null,
            },
            Output = TextWriter.Synchronized(output),
            Error = TextWriter.Synchronized(error),
            ReadLine = readLine,
        };

    /// <summary>It failed with nothing on standard output and one line on standard error that has no secret and no stack trace.</summary>
    public void FailsWith(int exitCode, string message)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(Output);
        Assert.Contains(message, Error, StringComparison.Ordinal);
        Assert.EndsWith("\n", Error, StringComparison.Ordinal);
        Assert.Equal(1, Error.Count(character => character == '\n'));
        Assert.DoesNotContain("gateway-local", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
    }
}
