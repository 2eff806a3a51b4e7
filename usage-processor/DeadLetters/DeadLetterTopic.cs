using System.Text;
using Confluent.Kafka;
using Gateway.UsageProcessor.Consuming;

namespace Gateway.UsageProcessor.DeadLetters;

/// <summary>Sends dead letters to their topic, at least once each.</summary>
internal sealed class DeadLetterTopic : IDisposable
{
    private const int MessageTimeoutMilliseconds = 30_000;

    // That a topic does not exist is to be the reason that is given, and not that the time was over. That it exists now is to be
    // noticed soon, of which librdkafka thinks in minutes.
    private const int MissingTopicMilliseconds = 10_000;

    // A dead letter is a little larger than its original, which the topic that it came from may have taken only just.
    private const int MaximumMessageBytes = 128 * 1024 * 1024;

    private readonly DeadLetterOptions _options;
    private readonly byte[] _originalTopic;
    private readonly ILogger<DeadLetterTopic> _logger;
    private readonly IProducer<byte[]?, byte[]?> _producer;

    public DeadLetterTopic(DeadLetterOptions options, ConsumerOptions consumer, ILogger<DeadLetterTopic> logger)
    {
        _options = options;
        _originalTopic = Encoding.UTF8.GetBytes(consumer.Topic);
        _logger = logger;
        var configuration = new ProducerConfig
        {
            BootstrapServers = options.BootstrapServers,
            ClientId = "usage-processor",

            // Twice does no harm here. An idempotent producer, however, fails for good at what a broker says that has lost the
            // newest of its log, and dead letters would hold up their partitions until a restart.
            EnableIdempotence = false,
            Acks = Acks.All,
            CompressionType = CompressionType.Snappy,
            LingerMs = 0,
            MessageTimeoutMs = MessageTimeoutMilliseconds,
            TopicMetadataPropagationMaxMs = MissingTopicMilliseconds,
            TopicMetadataRefreshIntervalMs = MissingTopicMilliseconds,
            MessageMaxBytes = MaximumMessageBytes,
        };
        _producer = new ProducerBuilder<byte[]?, byte[]?>(configuration)
            .SetLogHandler((_, line) => logger.Librdkafka(line.Name, line.Facility, line.Message))
            .SetErrorHandler(static (_, _) => { }) // A letter that is not delivered says so itself.
            .Build();
    }

    /// <summary>Returns when every letter is acknowledged by Kafka.</summary>
    /// <exception cref="KafkaException">One is not. The others that are will not be sent again.</exception>
    public Task PublishAsync(IReadOnlyList<ReceivedMessage> letters, CancellationToken cancellationToken) =>
        letters.All(static letter => letter.IsPublishedAsDead)
            ? Task.CompletedTask
            : Task.WhenAll(letters.Where(static letter => !letter.IsPublishedAsDead).Select(letter => PublishAsync(letter, cancellationToken)));

    public void Dispose() => _producer.Dispose();

    private async Task PublishAsync(ReceivedMessage letter, CancellationToken cancellationToken)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = letter.Key,
            Value = letter.Value,
            Headers = new Headers
            {
                { DeadLetterHeaders.Reason, Encoding.UTF8.GetBytes(letter.DeadReason!) },
                { DeadLetterHeaders.Topic, _originalTopic },
                { DeadLetterHeaders.Partition, Encoding.UTF8.GetBytes($"{letter.Partition}") },
                { DeadLetterHeaders.Offset, Encoding.UTF8.GetBytes($"{letter.Offset}") },
            },
        };
        try
        {
            await _producer.ProduceAsync(_options.Topic, message, cancellationToken);
        }
        catch (ProduceException<byte[]?, byte[]?> exception) when (exception.Error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidRecord)
        {
            // Kafka will never take it, too large or without the key that a compacted topic asks for, and one message must not
            // hold up a partition for ever: the table has every byte.
            _logger.DeadLetterNotTaken(letter.Partition, letter.Offset, exception.Error.Reason);
        }

        letter.IsPublishedAsDead = true;
    }
}
