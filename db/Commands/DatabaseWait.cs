using System.Net.Sockets;
using Npgsql;

namespace Gateway.Database.Commands;

/// <summary>Waits for a database that is still starting, so that a container job needs no order of start.</summary>
internal static class DatabaseWait
{
    /// <summary>An attempt that nobody answers must not outlast the deadline by much.</summary>
    private const int AttemptTimeoutSeconds = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Returns when the database accepts connections, or refuses us for a reason that time does not cure (the password
    /// is wrong): whoever connects next says so. At the deadline the last failure is thrown.
    /// </summary>
    public static async Task UntilAcceptingAsync(
        TargetDatabase target, TimeSpan deadline, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var started = environment.TimeProvider.GetTimestamp();
        var hasReported = false;
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ForAttempt(target.ConnectionString));
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException exception) when (IsStarting(exception) && environment.TimeProvider.GetElapsedTime(started) < deadline)
            {
                if (!hasReported)
                {
                    hasReported = true;
                    await environment.Error.WriteLineAsync(
                        $"{target.Address}: waiting up to {deadline.TotalSeconds:0.###} s: {FailureReport.Describe(exception).Message}");
                }
            }

            await Task.Delay(Interval, environment.TimeProvider, cancellationToken);
        }
    }

    // Includes names that do not resolve yet: a container's name appears with the container.
    private static bool IsStarting(NpgsqlException exception) => exception is PostgresException postgres
        ? postgres.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections
        : exception.GetBaseException() is SocketException or TimeoutException or EndOfStreamException;

    private static string ForAttempt(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = AttemptTimeoutSeconds }.ConnectionString;
}
