namespace Gateway.Usage.Publishing;

/// <summary>
/// A message on its way to Kafka. The client is given it as its key and as its value, asks <see cref="OutgoingBytes"/> for the bytes of both
/// when it takes it, and hands it back with its report: so nothing else has to be made that remembers what a report is about.
/// </summary>
internal interface IOutgoingMessage
{
    /// <summary>What decides on the partition; copied before anything else is asked of <paramref name="bytes"/> for another message.</summary>
    byte[] Key(OutgoingBytes bytes);

    /// <summary>Likewise, what is to be sent.</summary>
    byte[] Value(OutgoingBytes bytes);

    /// <summary>Kafka's word, on a thread of its client. Does not come where the client fails before.</summary>
    void Reported(bool isDelivered);
}
