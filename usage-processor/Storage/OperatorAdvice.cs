using Confluent.Kafka;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>What an operator has to do about a refusal that passes by no waiting; null about one that may.</summary>
internal static class OperatorAdvice
{
    private const string InvalidAuthorization = "28";
    private const string SyntaxErrorOrAccessRuleViolation = "42";
    private const string FeatureNotSupported = "0A";
    private const string ProgramLimitExceeded = "54";

    /// <summary>About a dead letter that Kafka does not take: nothing else is sent there while a batch is stored.</summary>
    public static string? Of(KafkaException refusal) => refusal.Error.Code switch
    {
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition =>
            "the topic of dead letters (DeadLetters:Topic) does not exist: create it, or name another",
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed =>
            "the usage-processor may not write to the topic of dead letters (DeadLetters:Topic): allow it to",
        _ => null,
    };

    public static string? Of(PostgresException refusal) => refusal.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege =>
            "the user of ANALYTICS_DATABASE_URL lacks a right on it: grant it (gateway-db roles)",
        PostgresErrorCodes.InvalidCatalogName =>
            "ANALYTICS_DATABASE_URL names a database that does not exist: create it, or name another",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            "ANALYTICS_DATABASE_URL leads to a server that only reads, a replica perhaps: make it lead to the primary",
        PostgresErrorCodes.DiskFull =>
            "the database server's disk is full: make room on it",
        PostgresErrorCodes.ConfigurationLimitExceeded =>
            "the database server's settings allow too little, temp_file_limit perhaps: raise what it names",

        // A function of our migrations, or a trigger of the operator's, which can say better than we what it lacks.
        PostgresErrorCodes.RaiseException =>
            "a function or trigger in the database insists on what is said there: see to that",
        var state when state.StartsWith(InvalidAuthorization, StringComparison.Ordinal) =>
            "the database does not let the user of ANALYTICS_DATABASE_URL in: mend the user, its password or pg_hba.conf",
        var state when state.StartsWith(SyntaxErrorOrAccessRuleViolation, StringComparison.Ordinal) =>
            "the schema is not the one of this usage-processor: run the migrations (gateway-db up), or run the version that fits the schema",
        var state when state.StartsWith(FeatureNotSupported, StringComparison.Ordinal) =>
            "the database server, or an extension of it, cannot do that: run a version that the usage-processor supports, or take back what was changed",
        var state when state.StartsWith(ProgramLimitExceeded, StringComparison.Ordinal) =>
            "it is more than the database server was built or set up for: undo what was added to the tables (a trigger or an index), or raise its max_stack_depth",
        _ => null,
    };
}
