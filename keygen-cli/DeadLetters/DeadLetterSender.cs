using System.Text;
using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Contracts.DeadLetters;
using Gateway.Hosting.Kafka;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Connections;

namespace Gateway.Keygen.DeadLetters;

/// <summary>
/// Sends dead letters again to the topic and partition that they came from, with a header that names the letter: the
/// usage-processor that stores the message then marks the letter. Sending one twice is harmless, its event counts once.
/// </summary>
internal sealed class DeadLetterSender : IDisposable
{
    private const int MessageTimeoutMilliseconds = 15_000;
    private const int MaximumMessageBytes = 128 * 1024 * 1024;

    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(5);

    private readonly string _servers;
    private readonly IProducer<byte[]?, byte[]?> _producer;

    private DeadLetterSender(string servers)
    {
        _servers = servers;
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = servers,
            ClientId = "keygen",
            EnableIdempotence = true,
            Acks = Acks.All,
            LingerMs = 5,
            MessageTimeoutMs = MessageTimeoutMilliseconds,
            MessageMaxBytes = MaximumMessageBytes,
        })
            .SetLogHandler(static (_, _) => { }) // What fails says so once, in our words.
            .SetErrorHandler(static (_, _) => { })
            .Build();
    }

    /// <summary>Connects to the Kafka of <c>KAFKA_BOOTSTRAP_SERVERS</c>.</summary>
    /// <exception cref="CommandException">The variable cannot be read.</exception>
    public static DeadLetterSender Open(Surroundings surroundings)
    {
        Librdkafka.UseSystemLibrary();
        return new DeadLetterSender(KafkaServers.Of(surroundings));
    }

    /// <summary>Fails before anything is sent where Kafka is away or has no such topic.</summary>
    /// <exception cref="CommandException">So it is.</exception>
    public async Task CheckAsync(IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        using var client = new DependentAdminClientBuilder(_producer.Handle).Build();
        foreach (var topic in topics)
        {
            try
            {
                // Blocks, though never for long.
                var metadata = await Task.Run(() => client.GetMetadata(topic, MetadataTimeout), cancellationToken);
                if (metadata.Topics.Single().Error is { IsError: true } error)
                {
                    throw new CommandException(ExitCode.Failed, $"Kafka at {_servers} has no topic {topic}: {error.Reason}; nothing was sent");
                }
            }
            catch (KafkaException exception)
            {
                throw new CommandException(ExitCode.Failed, $"Kafka at {_servers} cannot be reached: {exception.Error.Reason} ({EnvironmentVariables.KafkaBootstrapServers}); nothing was sent");
            }
        }
    }

    /// <summary>Returns when Kafka has acknowledged or refused each of them. Answers those that it did not take.</summary>
    public async Task<IReadOnlyList<LetterFailure>> SendAsync(IEnumerable<DeadLetterContent> letters)
    {
        var failures = await Task.WhenAll(letters.Select(SendAsync));
        return [.. failures.OfType<LetterFailure>()];
    }

    public void Dispose() => _producer.Dispose();

    private async Task<LetterFailure?> SendAsync(DeadLetterContent letter)
    {
        var id = new DeadLetterId(letter.Topic, letter.Partition, letter.Offset);
        try
        {
            // To its own partition: an organization's events stay where the others are, and two replays of a letter in order.
            await _producer.ProduceAsync(new TopicPartition(letter.Topic, letter.Partition), new Message<byte[]?, byte[]?>
            {
                Key = letter.Key,
                Value = letter.Value,
                Headers = new Headers { { DeadLetterId.ReplayHeader, Encoding.UTF8.GetBytes(id.ToString()) } },
            });
            return null;
        }
        catch (ProduceException<byte[]?, byte[]?> exception)
        {
            var isOwn = exception.Error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.Local_UnknownPartition or ErrorCode.InvalidRecord;
            return new LetterFailure(id, exception.Error.Reason, isOwn);
        }
    }
}
