using System.Net.Sockets;
using Gateway.Database.Running;
using Npgsql;

namespace Gateway.Database.Commands;

/// <summary>What went wrong, as an exit code and one line that an operator can act on.</summary>
internal static class FailureReport
{
    public static (int ExitCode, string Message) Describe(Exception exception) => exception switch
    {
        UsageException => (ExitCode.InvalidUsage, exception.Message),
        MigrationException { Failure: MigrationFailure.NotFound } => (ExitCode.NotFound, exception.Message),
        MigrationException { Failure: MigrationFailure.Conflict } => (ExitCode.Conflict, exception.Message),
        MigrationException => (ExitCode.Failed, exception.Message),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } postgres => (ExitCode.NotFound, OfServer(postgres)),
        PostgresException postgres => (ExitCode.Failed, OfServer(postgres)),
        OperationCanceledException => (ExitCode.Failed, "stopped; what was under way has been rolled back"),
        _ => (ExitCode.Failed, OneLine(OfConnection(exception))),
    };

    private static string OfServer(PostgresException exception) => $"{OneLine(exception.MessageText)} ({exception.SqlState})";

    private static string OfConnection(Exception exception) => exception.GetBaseException() switch
    {
        SocketException socket => $"cannot be reached: {socket.Message}",
        TimeoutException => "cannot be reached: no answer in time",
        EndOfStreamException => "the connection was lost",
        var innermost => innermost.Message,
    };

    private static string OneLine(string message) => string.Join(' ', message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
