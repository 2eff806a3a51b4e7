using Confluent.Kafka;
using Gateway.UsageProcessor.Continuity;
using Gateway.UsageProcessor.Lag;
using Gateway.UsageProcessor.Observability;
using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>
/// Kafka's side: polls, and follows the group's assignments. Runs on a thread of its own, because Kafka's Consume blocks.
/// It never stops polling for long, whatever the database does: that is what keeps a processor in its group.
/// </summary>
internal sealed class ConsumeLoop : IDisposable
{
    /// <summary>The longest wait for a message: how late a SIGTERM is noticed.</summary>
    private static readonly TimeSpan IdlePoll = TimeSpan.FromMilliseconds(100);

    /// <summary>The same while the database works, whose end is to be noticed sooner.</summary>
    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// How long there may be no room before the partitions are paused. Not at once: pausing throws away what librdkafka
    /// has fetched ahead, and at full load there is no room most of the time.
    /// </summary>
    private static readonly TimeSpan PausePatience = TimeSpan.FromSeconds(2);

    /// <summary>How long a new partition waits for the database to say where it begins, and as long again for a look at its log.</summary>
    private static readonly TimeSpan AssignPatience = TimeSpan.FromSeconds(2);

    /// <summary>How long a question about a jump in a log may hold up the loop.</summary>
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(1);

    /// <summary>How long a partition that is taken back waits for the batch that holds its messages.</summary>
    private static readonly TimeSpan RevokePatience = TimeSpan.FromSeconds(5);

    /// <summary>How long a partition may be silent before it is asked again from where it stands.</summary>
    private static readonly TimeSpan SilencePatience = TimeSpan.FromSeconds(30);

    /// <summary>How long stopping may take to store what is in hand.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly ConsumerOptions _options;
    private readonly ProcessorMetrics _metrics;
    private readonly ILogger<ConsumeLoop> _logger;
    private readonly Assignment _assignment = new();
    private readonly KafkaTrouble _trouble;
    private readonly TimeProvider _timeProvider;
    private readonly BatchPipeline _pipeline;
    private readonly LogChecks _checks;
    private readonly ContinuityWatch _continuity;
    private readonly Pausing _pausing;
    private readonly LagWatch _lag;
    private IConsumer<byte[]?, byte[]?> _consumer = null!;
    private long _lookedAt;
    private bool _hadPartitions;

    public ConsumeLoop(
        ConsumerOptions options,
        BatchFlusher flusher,
        LogReader logReader,
        ProcessorMetrics metrics,
        LagMetrics lagMetrics,
        TimeProvider timeProvider,
        ILogger<ConsumeLoop> logger)
    {
        _options = options;
        _metrics = metrics;
        _logger = logger;
        _timeProvider = timeProvider;
        _lookedAt = timeProvider.GetTimestamp();
        _trouble = new KafkaTrouble(timeProvider, logger);
        _pipeline = new BatchPipeline(options, _assignment, flusher, timeProvider, logger, TellKafka);
        _pausing = new Pausing(logger);
        _lag = new LagWatch(_assignment, _pipeline, lagMetrics, timeProvider, partition => _consumer.EndOf(options.Topic, partition));
        _checks = new LogChecks(options, _assignment, Looks(), logger, _pipeline.Move);
        _continuity = new ContinuityWatch(options, _assignment, Looks(), timeProvider, logger, _pipeline.GoBack);

        // One for each who asks: it remembers what its own looks have seen.
        LogLooks Looks() => new(logReader.Look, options.LossPatience, timeProvider);
    }

    /// <summary>Whether something has gone wrong with Kafka since the last message.</summary>
    public bool IsInTrouble => _trouble.IsOn;

    /// <summary>Consumes until it is told to stop; then stores what is in hand and leaves the group.</summary>
    /// <exception cref="LostMessagesException">Messages are gone from the log. What other partitions had is stored, and the group is left.</exception>
    public void Run(CancellationToken stoppingToken)
    {
        _consumer = Build();
        _consumer.Subscribe(_options.Topic);
        LostMessagesException? lost = null;
        while (lost is null && !stoppingToken.IsCancellationRequested)
        {
            lost = Turn();
        }

        if (!_pipeline.Drain(StopPatience))
        {
            _logger.BatchLeftBehind();
        }

        // Tells the group at once that our partitions are free, instead of letting it wait for the session's timeout.
        // Not after an exception: librdkafka would call us back on its way out. The end of the process releases it just as well.
        _consumer.Leave(_hadPartitions);
        _metrics.Summarize();
        _logger.GroupLeft();
        if (lost is not null)
        {
            throw lost;
        }
    }

    public void Dispose()
    {
        _checks.Dispose();
        _continuity.Dispose();
        _pipeline.Dispose();
    }

    /// <summary>
    /// The log handler is called from any thread, the others from inside Consume and Close. None may throw: Confluent's
    /// client answers an exception there by a call that a cooperative group does not allow, which ends the process unheard.
    /// </summary>
    private IConsumer<byte[]?, byte[]?> Build() =>
        new ConsumerBuilder<byte[]?, byte[]?>(ConsumerConfiguration.Of(_options))
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Revoked(partitions))
            .SetPartitionsLostHandler((_, partitions) => Lost(partitions))
            .SetErrorHandler((_, error) => _trouble.Begins(error))
            .SetLogHandler((_, line) => _logger.Librdkafka(line.Name, line.Facility, line.Message))
            .Build();

    private LostMessagesException? Turn()
    {
        _pipeline.Turn();
        _lag.Turn();
        if ((_checks.Turn() ?? _continuity.Turn()) is { } lost)
        {
            return lost;
        }

        if (_pipeline.HasRoom)
        {
            if (_pausing.Resume(_consumer))
            {
                DoubtLogs();
            }

            LookAtProgress();
            SeekUnsought();
            Poll(WaitForMessage());
        }
        else if (_pausing.IsPaused || !_pipeline.WaitForDatabase(PausePatience))
        {
            _pausing.Pause(_consumer);
            Poll(BusyPoll);
        }

        return null;
    }

    private TimeSpan WaitForMessage()
    {
        var longest = _pipeline.IsBusy || _checks.IsBusy || _assignment.HasUnsought ? BusyPoll : IdlePoll;
        return _pipeline.DueIn is { } due && due < longest ? due : longest;
    }

    private void Poll(TimeSpan timeout)
    {
        try
        {
            if (_consumer.Consume(timeout) is { } result)
            {
                if (_trouble.Ends())
                {
                    DoubtLogs();
                }

                Take(result);
            }
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            _trouble.Begins(exception.Error);
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        // Not ours any more, or fetched before the database said where to go on: it comes again, to us or to the next owner.
        if (!_assignment.TryGet(result.Partition, out var partition) || !partition.IsPositioned)
        {
            return;
        }

        switch (partition.Judge(result.Offset))
        {
            case Arrival.SentBack:
                _assignment.Changed();
                return;
            case Arrival.Jump when result.Offset < partition.NextOffset || !IsInLog(partition):
                _logger.PartitionJumped(partition.Number, partition.NextOffset, result.Offset);
                partition.Doubt();
                _assignment.Changed();
                _pipeline.Reread();
                return;
            case Arrival.Jump:
                _logger.HolePassed(partition.Number, partition.NextOffset, result.Offset);
                partition.PassHole(result.Offset);
                break;
        }

        var message = result.ToReceivedMessage(_options.Topic);
        _pipeline.Add(partition, message);
        if (message.Heartbeat is null)
        {
            _metrics.EventReceived();
        }
    }

    /// <summary>
    /// Whether what had to come next is in the log, as something that is no message for us, such as Kafka's own record of a transaction.
    /// </summary>
    private bool IsInLog(AssignedPartition partition)
    {
        try
        {
            return _consumer.QueryWatermarkOffsets(new TopicPartition(_options.Topic, partition.Number), LogPatience).Low <= partition.NextOffset;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    /// <summary>Kafka was away, or we did not listen: the topic may be another one by now, grown past where we are.</summary>
    private void DoubtLogs()
    {
        _assignment.DoubtAll();
        _pipeline.Reread();
    }

    private void LookAtProgress()
    {
        if (_timeProvider.GetElapsedTime(_lookedAt) >= SilencePatience)
        {
            _lookedAt = _timeProvider.GetTimestamp();
            _assignment.LookAtProgress();
        }
    }

    /// <summary>Sends the consumer to where the database said. Only while there is room: from here on the partition delivers.</summary>
    private void SeekUnsought()
    {
        if (!_assignment.HasUnsought)
        {
            return;
        }

        foreach (var partition in _assignment.Partitions)
        {
            if (partition.NeedsSeek && _consumer.TrySeek(new TopicPartitionOffset(_options.Topic, partition.Number, partition.NextOffset)))
            {
                Positioned(partition);
            }
        }
    }

    private void Positioned(AssignedPartition partition)
    {
        partition.Positioned();
        _assignment.Changed();
        _logger.PartitionPositioned(partition.Number, partition.NextOffset);
    }

    /// <summary>The transaction is committed: from now on Kafka may know.</summary>
    private void TellKafka(AssignedPartition partition, long nextOffset)
    {
        if (!_assignment.Contains(partition))
        {
            return;
        }

        try
        {
            _consumer.StoreOffset(new TopicPartitionOffset(_options.Topic, partition.Number, nextOffset));
        }
        catch (KafkaException exception)
        {
            // The group has taken the partition this very moment. Kafka's offset decides nothing.
            _logger.OffsetNotTold(partition.Number, exception.Error.Reason);
        }
    }

    private List<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            _assignment.Add(partition.Partition);
        }

        _hadPartitions = true;
        _logger.PartitionsAssigned(Numbers(partitions));

        _pausing.PartitionsAssigned();

        // Normally the database answers at once. If it does not, polling must go on: the partitions begin at their ends,
        // where there is nothing to fetch, and the loop sends them to the right place when it is known.
        _pipeline.WaitForOffsets(AssignPatience);
        _checks.Wait(AssignPatience);
        return partitions.ConvertAll(partition => new TopicPartitionOffset(partition, StartOf(partition.Partition)));
    }

    private Offset StartOf(int number)
    {
        if (!_assignment.TryGet(number, out var partition) || !partition.NeedsSeek)
        {
            return Offset.End;
        }

        Positioned(partition);
        return partition.NextOffset;
    }

    private void Revoked(List<TopicPartitionOffset> partitions)
    {
        // The next owner begins where the database says: better after the batch that is on its way than to fight over it.
        // Should it take too long, the fence decides between us.
        _pipeline.WaitForFlush(RevokePatience);
        _logger.PartitionsRevoked(Remove(partitions));
    }

    private void Lost(List<TopicPartitionOffset> partitions) => _logger.PartitionsLost(Remove(partitions));

    private string Remove(List<TopicPartitionOffset> partitions)
    {
        foreach (var removed in partitions)
        {
            if (_assignment.Remove(removed.Partition, out var partition))
            {
                _pipeline.Remove(partition);
            }
        }

        return Numbers(partitions.Select(static partition => partition.TopicPartition));
    }

    private static string Numbers(IEnumerable<TopicPartition> partitions) =>
        string.Join(", ", partitions.Select(static partition => partition.Partition.Value).Order());
}
