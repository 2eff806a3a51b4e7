namespace Gateway.Usage.Publishing;

/// <summary>How long the batches of one journal take, several of which are under way at once. Events are delivered in their order.</summary>
internal sealed class BatchTimes(PublishingMetrics metrics, TimeProvider timeProvider)
{
    private readonly Queue<(int Events, long SentAt)> _batches = new();
    private int _delivered;

    public void Sent(int events)
    {
        if (events > 0)
        {
            _batches.Enqueue((events, timeProvider.GetTimestamp()));
        }
    }

    public void EventDelivered()
    {
        if (++_delivered == _batches.Peek().Events)
        {
            var batch = _batches.Dequeue();
            metrics.BatchDelivered(batch.Events, timeProvider.GetElapsedTime(batch.SentAt));
            _delivered = 0;
        }
    }
}
