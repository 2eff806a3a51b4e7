using Confluent.Kafka;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>librdkafka reports every failed attempt to reach a broker. People want to know when it begins and when it ends.</summary>
internal sealed class KafkaTrouble(TimeProvider timeProvider, ILogger logger)
{
    private static readonly ErrorCode[] Absences =
        [ErrorCode.Local_AllBrokersDown, ErrorCode.UnknownTopicOrPart, ErrorCode.Local_UnknownTopic, ErrorCode.Local_UnknownPartition];

    /// <summary>Where no messages come, nothing tells that it is over. An attempt that fails is reported again within this time.</summary>
    private static readonly TimeSpan Echo = TimeSpan.FromMinutes(2);

    private readonly HashSet<ErrorCode> _errors = [];
    private volatile bool _isOn;
    private long _lastAt;

    /// <summary>Whether something has gone wrong, and nothing shows that it is over. Read from any thread.</summary>
    public bool IsOn => _isOn && timeProvider.GetElapsedTime(Volatile.Read(ref _lastAt)) < Echo;

    public void Begins(Error error)
    {
        Volatile.Write(ref _lastAt, timeProvider.GetTimestamp());
        _isOn = true;
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
        _isOn = false;
        logger.KafkaRecovered();
        return wasAway;
    }
}
