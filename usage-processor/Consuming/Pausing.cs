using Confluent.Kafka;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>Stops Kafka's messages while the database does not keep up, without leaving the group, and lets them come again.</summary>
internal sealed class Pausing(ILogger logger)
{
    private bool _mayBeginPaused;

    public bool IsPaused { get; private set; }

    /// <summary>librdkafka remembers a pause beyond the assignment: a partition that we lost while it was paused would never deliver again.</summary>
    public void PartitionsAssigned() => _mayBeginPaused = true;

    public void Pause(IConsumer<byte[]?, byte[]?> consumer)
    {
        if (!IsPaused && TryTell(consumer.Pause, consumer))
        {
            IsPaused = true;
            logger.ConsumingPaused();
        }
    }

    /// <summary>Answers whether there was a pause.</summary>
    public bool Resume(IConsumer<byte[]?, byte[]?> consumer)
    {
        if ((!IsPaused && !_mayBeginPaused) || !TryTell(consumer.Resume, consumer))
        {
            return false;
        }

        _mayBeginPaused = false;
        if (!IsPaused)
        {
            return false;
        }

        IsPaused = false;
        logger.ConsumingResumed();
        return true;
    }

    /// <summary>False where librdkafka does not know a partition just now, such as one whose topic is deleted: the next turn tries again.</summary>
    private static bool TryTell(Action<IEnumerable<TopicPartition>> tell, IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            tell(consumer.Assignment);
            return true;
        }
        catch (KafkaException exception) when (!exception.Error.IsFatal)
        {
            return false;
        }
    }
}
