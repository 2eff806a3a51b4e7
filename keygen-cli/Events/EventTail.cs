using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.Hosting.Kafka;
using Gateway.Keygen.Commands;

namespace Gateway.Keygen.Events;

/// <summary>
/// Requests as they are metered, from the end of the topic on. Kafka and not the database: an event is there half a second
/// after its request, also while the usage-processor or PostgreSQL is down, which is when somebody looks; and a partition has an
/// order, so that nothing is skipped or shown twice. Rows have none that can be followed: a WebSocket's is stored hours after
/// it began, transactions commit in any order, and nothing is indexed by the time of storing. It belongs to no consumer
/// group and commits nothing: nobody's reading is disturbed.
/// </summary>
internal sealed class EventTail : IDisposable
{
    /// <summary>Events that are handed over together at most.</summary>
    private const int Portion = 500;

    /// <summary>Far more than a gateway sends again when it starts.</summary>
    private const int IdsRemembered = 50_000;

    /// <summary>Kilobytes that are fetched ahead: who looks on does not need what is on its way.</summary>
    private const int AheadKilobytes = 8 * 1024;

    private static readonly TimeSpan OpeningTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly IConsumer<Ignore, byte[]?> _consumer;
    private readonly RecentIds _recent = new(IdsRemembered);
    private readonly Action<string> _onTrouble;
    private bool _isTroubled;

    private EventTail(string servers, Action<string> onTrouble)
    {
        _onTrouble = onTrouble;
        _consumer = new ConsumerBuilder<Ignore, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = servers,
            ClientId = "keygen",

            // A name has to be there; partitions are assigned by hand, so nobody joins it.
            GroupId = "keygen-tail",
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Latest,
            QueuedMaxMessagesKbytes = AheadKilobytes,
            ReconnectBackoffMaxMs = 2_000,
            AllowAutoCreateTopics = false,
        })
            .SetLogHandler(static (_, _) => { }) // What fails says so once, in our words.
            .SetErrorHandler((_, error) => OnError(error))
            .Build();
    }

    /// <summary>From here on nothing is missed. Blocks, though never for long.</summary>
    /// <param name="servers">Brokers to start from.</param>
    /// <param name="onTrouble">Told once when Kafka goes away, and what of the topic is no event.</param>
    /// <exception cref="CommandException">Kafka is away, or has no such topic.</exception>
    public static EventTail Open(string servers, Action<string> onTrouble)
    {
        Librdkafka.UseSystemLibrary();
        var tail = new EventTail(servers, onTrouble);
        try
        {
            tail.StartAtTheEnd(servers);
            return tail;
        }
        catch (KafkaException exception)
        {
            tail.Dispose();
            throw new CommandException(
                ExitCode.Failed, $"Kafka at {servers} cannot be reached: {exception.Error.Reason} ({EnvironmentVariables.KafkaBootstrapServers})");
        }
        catch
        {
            tail.Dispose();
            throw;
        }
    }

    /// <summary>What has arrived since the last call; waits a moment where that is nothing. Blocks.</summary>
    /// <exception cref="CommandException">The topic cannot be read any more.</exception>
    public IReadOnlyList<UsageEvent> Next(CancellationToken cancellationToken)
    {
        var events = new List<UsageEvent>();
        try
        {
            for (var wait = Patience; events.Count < Portion && !cancellationToken.IsCancellationRequested; wait = TimeSpan.Zero)
            {
                if (_consumer.Consume(wait) is not { } result)
                {
                    break;
                }

                _isTroubled = false;
                if (Read(result) is { } usageEvent && _recent.TryAdd(usageEvent.Id))
                {
                    events.Add(usageEvent);
                }
            }
        }
        catch (ConsumeException exception)
        {
            throw new CommandException(ExitCode.Failed, $"{Topics.UsageEvents} cannot be read: {exception.Error.Reason}");
        }

        return events;
    }

    public void Dispose() => _consumer.Dispose();

    private void StartAtTheEnd(string servers)
    {
        // Not over the consumer: librdkafka keeps a processor busy with that for as long as no broker answers.
        using var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers, ClientId = "keygen" })
            .SetLogHandler(static (_, _) => { })
            .SetErrorHandler(static (_, _) => { })
            .Build();
        var topic = client.GetMetadata(Topics.UsageEvents, OpeningTimeout).Topics.Single();
        if (topic.Error.IsError)
        {
            throw new CommandException(ExitCode.Failed, $"Kafka has no topic {Topics.UsageEvents}: {topic.Error.Reason}; a gateway or usage-processor makes it when it starts");
        }

        _isTroubled = false;
        _consumer.Assign(
        [
            .. topic.Partitions.Select(partition => new TopicPartition(Topics.UsageEvents, partition.PartitionId)).Select(
                partition => new TopicPartitionOffset(partition, _consumer.QueryWatermarkOffsets(partition, OpeningTimeout).High)),
        ]);
    }

    private UsageEvent? Read(ConsumeResult<Ignore, byte[]?> result)
    {
        var value = result.Message.Value ?? [];
        if (UsageEventJson.TryParse(value, out var usageEvent, out var reason))
        {
            return usageEvent;
        }

        if (!UsageHeartbeatJson.Claims(value))
        {
            _onTrouble($"{result.Topic}/{result.Partition.Value}/{result.Offset.Value} is {reason}");
        }

        return null;
    }

    // Comes while a message is waited for, on that thread.
    private void OnError(Error error)
    {
        if (!_isTroubled && error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Transport)
        {
            _isTroubled = true;
            _onTrouble($"Kafka cannot be reached, tried again until it can: {error.Reason}");
        }
    }
}
