namespace Gateway.Contracts;

/// <summary>The environment variables that every process reads under the same name.</summary>
public static class EnvironmentVariables
{
    /// <summary>PostgreSQL with organizations, keys and limits: <c>postgresql://user:password@host:port/database</c>.</summary>
    public const string DatabaseUrl = "DATABASE_URL";

    /// <summary>PostgreSQL or TimescaleDB with usage and the ledger; the same as <see cref="DatabaseUrl"/> where it is not set.</summary>
    public const string AnalyticsDatabaseUrl = "ANALYTICS_DATABASE_URL";

    /// <summary>Redis with the token buckets: <c>redis://[user:password@]host:port[/database]</c>, <c>rediss://</c> for TLS.</summary>
    public const string RedisUrl = "REDIS_URL";

    /// <summary>Kafka brokers to start from: <c>host:port[,host:port…]</c>.</summary>
    public const string KafkaBootstrapServers = "KAFKA_BOOTSTRAP_SERVERS";

    /// <summary>Appended to the name of one of <see cref="Secrets"/>: the file that has its value, as secret stores mount them.</summary>
    public const string FileSuffix = "_FILE";

    /// <summary>The variables whose values contain passwords, which can be given in a file instead.</summary>
    public static IReadOnlyList<string> Secrets { get; } = [DatabaseUrl, AnalyticsDatabaseUrl, RedisUrl];
}
