using Confluent.Kafka;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>librdkafka reports every failed attempt to reach a broker. People want to know when it begins and when it ends.</summary>
internal sealed class KafkaTrouble(ILogger logger)
{
    private readonly HashSet<ErrorCode> _errors = [];

    public void Begins(Error error)
    {
        if (_errors.Add(error.Code))
        {
            logger.KafkaTrouble(error.Reason);
        }
    }

    /// <summary>A message has arrived.</summary>
    public void Ends()
    {
        if (_errors.Count > 0)
        {
            _errors.Clear();
            logger.KafkaRecovered();
        }
    }
}
