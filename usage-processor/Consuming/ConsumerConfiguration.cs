using Confluent.Kafka;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>How librdkafka is set up.</summary>
internal static class ConsumerConfiguration
{
    private const int HeartbeatsPerSession = 3;
    private const int AutoCommitIntervalMilliseconds = 1_000;
    private const int LongestReconnectMilliseconds = 2_000;

    // librdkafka's own default, stated because it bounds the memory: 64 MiB hold somewhat more than a second of messages
    // at the rate that a database can take. Less would stall it, as it waits a second once its queue was full.
    private const int QueuedMegabytes = 64;
    private const int FetchMegabytes = 16;

    public static ConsumerConfig Of(ConsumerOptions options) => new()
    {
        BootstrapServers = options.BootstrapServers,
        ClientId = "usage-processor",
        GroupId = options.Group,
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
        HeartbeatIntervalMs = (int)options.SessionTimeout.TotalMilliseconds / HeartbeatsPerSession,

        // Not below the session's timeout, librdkafka insists.
        MaxPollIntervalMs = options.MaxPollInterval is { } interval
            ? (int)Math.Max(interval.TotalMilliseconds, options.SessionTimeout.TotalMilliseconds)
            : null,

        // Where the offset that the database says is not in the log (any more). It is then noticed as a jump, see AssignedPartition.
        AutoOffsetReset = AutoOffsetReset.Earliest,

        // Only offsets that we hand over after their transaction are committed to Kafka, in the background. They are for
        // people and tools that watch the lag: where to go on is read from the database.
        EnableAutoOffsetStore = false,
        EnableAutoCommit = true,
        AutoCommitIntervalMs = AutoCommitIntervalMilliseconds,

        // A broker that is back is found again within this time; librdkafka would take up to ten seconds.
        ReconnectBackoffMaxMs = LongestReconnectMilliseconds,

        QueuedMaxMessagesKbytes = QueuedMegabytes * 1024,
        FetchMaxBytes = FetchMegabytes * 1024 * 1024,

        // The topic's name is not used.
        ConsumeResultFields = "headers,timestamp",
    };
}
