using Confluent.Kafka;
using Gateway.Contracts.DeadLetters;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>From librdkafka's message to ours.</summary>
internal static class ConsumeResultExtensions
{
    /// <param name="result">A message.</param>
    /// <param name="topic">What is consumed: dead letters are sent again only to where they were.</param>
    public static ReceivedMessage ToReceivedMessage(this ConsumeResult<byte[]?, byte[]?> result, string topic)
    {
        var message = result.Message;
        return ReceivedMessage.Read(
            result.Partition, result.Offset, message.Key, message.Value, message.Timestamp.UnixTimestampMs, ReplayOf(message.Headers, topic));
    }

    private static DeadLetterId? ReplayOf(Headers headers, string topic) =>
        headers.Count > 0
        && headers.TryGetLastBytes(DeadLetterId.ReplayHeader, out var id)
        && DeadLetterId.TryParse(id) is { } letter
        && letter.Topic == topic
            ? letter
            : null;
}
