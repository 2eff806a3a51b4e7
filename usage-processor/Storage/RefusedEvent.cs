using Gateway.UsageProcessor.Consuming;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>An event that PostgreSQL does not take.</summary>
/// <param name="Message">The message that it came in.</param>
/// <param name="Reason">Why, without the message's content.</param>
internal readonly record struct RefusedEvent(ReceivedMessage Message, string Reason)
{
    private const string DataException = "22";
    private const string IntegrityConstraintViolation = "23";

    /// <summary>Whether the data is to blame, so that trying again would end the same way.</summary>
    public static bool IsCauseOf(PostgresException exception) =>
        exception.SqlState.StartsWith(DataException, StringComparison.Ordinal)
        || exception.SqlState.StartsWith(IntegrityConstraintViolation, StringComparison.Ordinal);

    /// <summary>PostgreSQL's own message can quote the row, its SQLSTATE and the constraint's name cannot.</summary>
    public static string ReasonOf(PostgresException exception) => exception.ConstraintName is { Length: > 0 } constraint
        ? $"refused by PostgreSQL: SQLSTATE {exception.SqlState}, constraint {constraint}"
        : $"refused by PostgreSQL: SQLSTATE {exception.SqlState}";
}
