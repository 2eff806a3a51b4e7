using System.ComponentModel;
using Confluent.Kafka;
using Npgsql;
using StackExchange.Redis;

namespace Gateway.LoadTests;

/// <summary>What keeps a run from being one, and is no defect of this program.</summary>
internal static class KnownFailure
{
    /// <summary>It in one line for whoever runs this; null for a defect, which wants its stack.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        RedisException => $"Redis does not answer: {exception.GetType().Name}", // Its message is a page of the client's counters.
        LoadTestException or NpgsqlException or KafkaException or HttpRequestException
            or IOException or UnauthorizedAccessException or Win32Exception => exception.Message,
        InvalidOperationException => exception.Message, // A server that does not start.
        _ => null,
    };
}
