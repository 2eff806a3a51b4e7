using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>What an operator has to do about a refusal that passes by no waiting; null about one that may.</summary>
internal static class OperatorAdvice
{
    private const string InvalidAuthorization = "28";
    private const string SyntaxErrorOrAccessRuleViolation = "42";

    public static string? Of(PostgresException refusal) => refusal.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege =>
            "the user of ANALYTICS_DATABASE_URL lacks a right on it: grant it",
        PostgresErrorCodes.InvalidCatalogName =>
            "ANALYTICS_DATABASE_URL names a database that does not exist: create it, or name another",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            "ANALYTICS_DATABASE_URL leads to a server that only reads, a replica perhaps: make it lead to the primary",
        PostgresErrorCodes.DiskFull =>
            "the database server's disk is full: make room on it",
        var state when state.StartsWith(InvalidAuthorization, StringComparison.Ordinal) =>
            "the database does not let the user of ANALYTICS_DATABASE_URL in: mend the user, its password or pg_hba.conf",
        var state when state.StartsWith(SyntaxErrorOrAccessRuleViolation, StringComparison.Ordinal) =>
            "the schema is not the one of this usage-processor: run the migrations (gateway-db up), or run the version that fits the schema",
        _ => null,
    };
}
