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
        if (!IsPaused)
        {
            IsPaused = true;
            logger.ConsumingPaused();
            consumer.Pause(consumer.Assignment);
        }
    }

    /// <summary>Answers whether there was a pause.</summary>
    public bool Resume(IConsumer<byte[]?, byte[]?> consumer)
    {
        if (IsPaused || _mayBeginPaused)
        {
            consumer.Resume(consumer.Assignment);
            _mayBeginPaused = false;
        }

        if (!IsPaused)
        {
            return false;
        }

        IsPaused = false;
        logger.ConsumingResumed();
        return true;
    }
}
