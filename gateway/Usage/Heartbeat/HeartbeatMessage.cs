using System.Text;
using Confluent.Kafka;
using Gateway.Contracts.Usage;

namespace Gateway.Usage.Heartbeat;

/// <summary>A heartbeat as Kafka takes it.</summary>
internal static class HeartbeatMessage
{
    /// <summary>All of a source go into one partition, so that the last one comes last.</summary>
    public static Message<byte[], byte[]> Of(UsageHeartbeat heartbeat) => new()
    {
        Key = Encoding.UTF8.GetBytes(heartbeat.Source),
        Value = UsageHeartbeatJson.Serialize(heartbeat),
    };
}
