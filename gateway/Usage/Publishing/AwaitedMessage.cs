using Confluent.Kafka;

namespace Gateway.Usage.Publishing;

/// <summary>A message that somebody waits for, and nobody sends again.</summary>
internal sealed class AwaitedMessage(Message<byte[], byte[]> message) : IOutgoingMessage
{
    private readonly TaskCompletionSource<bool> _delivered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with what Kafka said, if it says something.</summary>
    public Task<bool> Delivered => _delivered.Task;

    public byte[] Key(OutgoingBytes bytes) => message.Key;

    public byte[] Value(OutgoingBytes bytes) => message.Value;

    public void Reported(bool isDelivered) => _delivered.TrySetResult(isDelivered);
}
