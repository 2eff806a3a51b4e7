namespace Gateway.Usage.Publishing;

/// <summary>Whether Kafka still answers for what one client has handed to it: a broker that hangs says nothing, not even that it fails.</summary>
internal sealed class DeliveryWatch(TimeProvider timeProvider)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _outstanding;
    private long _heardAt;
    private volatile bool _hasDelivered;

    /// <summary>Whether something was delivered, and nothing has been waiting for long without a word.</summary>
    public bool IsAnswered =>
        _hasDelivered && (Volatile.Read(ref _outstanding) <= 0 || timeProvider.GetElapsedTime(Volatile.Read(ref _heardAt)) < Patience);

    /// <summary>A message is handed over.</summary>
    public void Began()
    {
        if (Interlocked.Increment(ref _outstanding) == 1)
        {
            Volatile.Write(ref _heardAt, timeProvider.GetTimestamp());
        }
    }

    /// <summary>It was not taken after all.</summary>
    public void Refused() => Interlocked.Decrement(ref _outstanding);

    /// <summary>Kafka has said what became of it.</summary>
    public void Ended(bool isDelivered)
    {
        _hasDelivered |= isDelivered;
        Volatile.Write(ref _heardAt, timeProvider.GetTimestamp());
        Interlocked.Decrement(ref _outstanding);
    }
}
