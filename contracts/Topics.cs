namespace Gateway.Contracts;

/// <summary>Kafka topics, their shape, and who reads them.</summary>
public static class Topics
{
    /// <summary>
    /// One <see cref="Usage.UsageEvent"/> a message, keyed by organization id so that an organization's events stay in order,
    /// and every few seconds a <see cref="Usage.UsageHeartbeat"/> of each gateway, keyed by its source.
    /// </summary>
    public const string UsageEvents = "usage-events";

    /// <summary>Partitions of <see cref="UsageEvents"/>: the most consumers that can share the work.</summary>
    public const int UsageEventsPartitions = 12;

    /// <summary>Messages of <see cref="UsageEvents"/> that could not be understood, byte for byte, with the reason in a header.</summary>
    public const string DeadLetters = "usage-events-dead";

    /// <summary>Partitions of <see cref="DeadLetters"/>. Dead letters are rare and are read by people.</summary>
    public const int DeadLettersPartitions = 1;

    /// <summary>The consumer group that every usage-processor joins.</summary>
    public const string UsageProcessorGroup = "usage-processor";
}
