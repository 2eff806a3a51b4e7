using Confluent.Kafka;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>librdkafka reports every failed attempt to reach a broker. People want to know when it begins and when it ends.</summary>
internal sealed class KafkaTrouble(ILogger logger)
{
    private static readonly ErrorCode[] Absences =
        [ErrorCode.Local_AllBrokersDown, ErrorCode.UnknownTopicOrPart, ErrorCode.Local_UnknownTopic, ErrorCode.Local_UnknownPartition];

    private readonly HashSet<ErrorCode> _errors = [];

    public void Begins(Error error)
    {
        if (_errors.Add(error.Code))
        {
            logger.KafkaTrouble(error.Reason);
        }
    }

    /// <summary>A message has arrived. Answers whether Kafka may be another one since: it was away altogether, or the topic was.</summary>
    public bool Ends()
    {
        if (_errors.Count == 0)
        {
            return false;
        }

        var wasAway = _errors.Overlaps(Absences);
        _errors.Clear();
        logger.KafkaRecovered();
        return wasAway;
    }
}
