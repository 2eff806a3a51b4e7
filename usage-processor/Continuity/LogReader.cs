using Confluent.Kafka;
using Gateway.UsageProcessor.Consuming;

namespace Gateway.UsageProcessor.Continuity;

/// <summary>
/// Looks at the log of partitions with a consumer of its own, which joins no group and lives as long as the look: the one
/// that consumes must not be sent to and fro.
/// </summary>
internal sealed class LogReader(ConsumerOptions options, TimeProvider timeProvider, ILogger<LogReader> logger)
{
    private const int FetchBytes = 64 * 1024;
    private const int QueuedKilobytes = 1024;

    private static readonly TimeSpan EndsTimeout = TimeSpan.FromSeconds(2);

    // Once one has not answered, others probably will not either, and those that do are not to wait for them.
    private static readonly TimeSpan EndsTimeoutInTrouble = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);

    /// <summary>Blocks. Answers by partition what there is; a partition that Kafka says nothing about in time is left out.</summary>
    /// <param name="nextOffsets">By partition, the offset that has to come next.</param>
    /// <param name="cancellationToken">Gives up early.</param>
    public IReadOnlyDictionary<int, LogObservation> Look(IReadOnlyDictionary<int, long> nextOffsets, CancellationToken cancellationToken)
    {
        using var consumer = Build();
        var observed = new Dictionary<int, LogObservation>();
        var timeout = EndsTimeout;
        foreach (var partition in WithLeader(consumer, nextOffsets.Keys).TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            if (FindEnds(consumer, partition, timeout) is { } ends)
            {
                observed[partition] = new LogObservation(ends.Low, ends.High, null);
            }
            else
            {
                timeout = EndsTimeoutInTrouble;
            }
        }

        var readable = observed
            .Where(log => nextOffsets[log.Key] > log.Value.Begin && nextOffsets[log.Key] <= log.Value.End)
            .ToDictionary(log => log.Key, log => nextOffsets[log.Key] - 1);
        Read(consumer, readable, observed, cancellationToken);
        return observed;
    }

    /// <summary>One that has no leader cannot answer, and the others are not to wait until it has not.</summary>
    private IEnumerable<int> WithLeader(IConsumer<byte[]?, byte[]?> consumer, IEnumerable<int> partitions)
    {
        try
        {
            using var client = new DependentAdminClientBuilder(consumer.Handle).Build();
            var metadata = client.GetMetadata(options.Topic, EndsTimeout).Topics.Single().Partitions;
            var led = metadata.Where(static partition => partition.Leader >= 0).Select(static partition => partition.PartitionId).ToHashSet();
            return partitions.Where(led.Contains);
        }
        catch (KafkaException exception)
        {
            logger.LogsNotSeen(options.Topic, exception.Error.Reason);
            return [];
        }
    }

    private WatermarkOffsets? FindEnds(IConsumer<byte[]?, byte[]?> consumer, int partition, TimeSpan timeout)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(new TopicPartition(options.Topic, partition), timeout);
        }
        catch (KafkaException exception)
        {
            logger.LogNotSeen(options.Topic, partition, exception.Error.Reason);
            return null;
        }
    }

    private void Read(
        IConsumer<byte[]?, byte[]?> consumer, Dictionary<int, long> offsets, Dictionary<int, LogObservation> observed, CancellationToken cancellationToken)
    {
        if (offsets.Count == 0)
        {
            return;
        }

        consumer.Assign(offsets.Select(offset => new TopicPartitionOffset(options.Topic, offset.Key, offset.Value)));
        var startedAt = timeProvider.GetTimestamp();
        while (offsets.Count > 0 && !cancellationToken.IsCancellationRequested && timeProvider.GetElapsedTime(startedAt) < ReadTimeout)
        {
            try
            {
                // A message at the offset, a later one, or the log's end: in each case it is known what is there.
                if (consumer.Consume(PollTime) is { } result && offsets.Remove(result.Partition, out var wanted) && !result.IsPartitionEOF && result.Offset == wanted)
                {
                    observed[result.Partition] = observed[result.Partition] with
                    {
                        LastRead = MessageFingerprint.Of(result.Message.Key, result.Message.Value, result.Message.Timestamp.UnixTimestampMs),
                    };
                }
            }
            catch (ConsumeException exception)
            {
                // Deleted this very moment, or the broker is away: the next look tells.
                if (exception.ConsumerRecord?.Partition is { Value: >= 0 } partition)
                {
                    logger.LogNotSeen(options.Topic, partition, exception.Error.Reason);
                }
                else
                {
                    logger.LogsNotSeen(options.Topic, exception.Error.Reason);
                }
            }
        }

        foreach (var partition in offsets.Keys)
        {
            observed.Remove(partition);
        }
    }

    private IConsumer<byte[]?, byte[]?> Build() =>
        new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = options.BootstrapServers,
            ClientId = "usage-processor-look",
            GroupId = options.Group,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,

            // Where it is told to read is where it reads, or nowhere. What was read of a transaction is there all the same.
            AutoOffsetReset = AutoOffsetReset.Error,
            IsolationLevel = IsolationLevel.ReadUncommitted,
            EnablePartitionEof = true,
            QueuedMinMessages = 1,
            QueuedMaxMessagesKbytes = QueuedKilobytes,
            MaxPartitionFetchBytes = FetchBytes,
            ConsumeResultFields = "timestamp",
        })
            .SetLogHandler((_, line) => logger.Librdkafka(line.Name, line.Facility, line.Message))
            .SetErrorHandler(static (_, _) => { }) // What cannot be seen is left out, and the consumer beside says why.
            .Build();
}
