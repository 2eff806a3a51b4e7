using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Hosting.Observability;

namespace Gateway.Usage.Publishing;

/// <summary>
/// Hands messages to Kafka. A message counts as delivered when the brokers have acknowledged it: all in-sync replicas, in
/// order and without copies (idempotent producer). Should the client fail for good, a new one takes its place, and
/// <see cref="Failures"/> tells that what the old one had not delivered has to be sent again.
/// </summary>
internal sealed partial class UsageProducer(string bootstrapServers, TimeProvider timeProvider, ILogger<UsageProducer> logger)
    : IDependencyState, IDisposable
{
    // Undelivered messages that it holds; past it, events stay in their journals.
    private const int Capacity = 10_000;

    private const int LongestReconnectMilliseconds = 2_000;

    private static readonly TimeSpan RebuildInterval = TimeSpan.FromSeconds(1);
    private static readonly TopicPartition Topic = new(Topics.UsageEvents, Partition.Any);

    private readonly Lock _lock = new();
    private readonly OutgoingBytes _bytes = new();

    // The client keeps none of it: one for all, and with headers, as it would make some for each.
    private readonly Message<IOutgoingMessage, IOutgoingMessage> _message = new() { Headers = [] };
    private IProducer<IOutgoingMessage, IOutgoingMessage>? _producer;
    private Action<DeliveryReport<IOutgoingMessage, IOutgoingMessage>>? _onReported;
    private volatile DeliveryWatch _deliveries = new(timeProvider);

    // Completed when the client has failed for good. Each has its own: what a former one still says is not about this one.
    private TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _builtAt;
    private int _failures;
    private volatile bool _isUnreachable;
    private bool _isDisposed;

    /// <summary>How often a client has failed for good. What it had and has not reported as delivered is lost with it.</summary>
    public int Failures => Volatile.Read(ref _failures);

    public string Dependency => "kafka";

    /// <summary>Whether the last thing that Kafka said was that it has taken something, and it owes no word for long. Heartbeats see to it that it is asked.</summary>
    public bool IsUp => !_isUnreachable && _deliveries.IsAnswered;

    /// <summary>Takes a message, or answers that it cannot now: it is full, or has just failed. From any thread.</summary>
    public bool TryProduce(IOutgoingMessage message) => TryProduce(message, out _);

    /// <summary>Takes a message that nobody sends again.</summary>
    /// <returns>Whether it was delivered.</returns>
    /// <exception cref="OperationCanceledException">Nobody waits any longer.</exception>
    public async Task<bool> TryDeliverAsync(Message<byte[], byte[]> message, CancellationToken cancellationToken)
    {
        var awaited = new AwaitedMessage(message);
        if (!TryProduce(awaited, out var failed))
        {
            return false;
        }

        await Task.WhenAny(awaited.Delivered, failed).WaitAsync(cancellationToken);
        return awaited.Delivered.IsCompleted && await awaited.Delivered;
    }

    /// <summary>What is not delivered is not waited for.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _producer?.Dispose();
        }
    }

    /// <param name="message">What to send.</param>
    /// <param name="failed">Completes when the client that took it has failed for good.</param>
    private bool TryProduce(IOutgoingMessage message, out Task failed)
    {
        lock (_lock)
        {
            failed = _failed.Task;
            try
            {
                if (!TryHaveProducer())
                {
                    return false;
                }

                failed = _failed.Task;
                _deliveries.Began();
                try
                {
                    (_message.Key, _message.Value) = (message, message);
                    _producer!.Produce(Topic, _message, _onReported);
                    return true;
                }
                catch
                {
                    _deliveries.Refused();
                    throw;
                }
            }
            catch (ProduceException<IOutgoingMessage, IOutgoingMessage> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
            {
                return false;
            }
            catch (KafkaException exception)
            {
                OnError(exception.Error, _failed);
                return false;
            }
        }
    }

    /// <summary>The client, a new one where the last has failed; not at once, should it fail again and again.</summary>
    private bool TryHaveProducer()
    {
        if (_producer is not null && !_failed.Task.IsCompleted)
        {
            return true;
        }

        if (_isDisposed || (_builtAt != 0 && timeProvider.GetElapsedTime(_builtAt) < RebuildInterval))
        {
            return false;
        }

        _producer?.Dispose();
        _producer = null;
        _builtAt = timeProvider.GetTimestamp();
        _producer = Build();
        return true;
    }

    private IProducer<IOutgoingMessage, IOutgoingMessage> Build()
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var deliveries = new DeliveryWatch(timeProvider);
        (_failed, _deliveries) = (failed, deliveries);
        _onReported = report => OnReported(report, deliveries, failed);
        return new ProducerBuilder<IOutgoingMessage, IOutgoingMessage>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            ClientId = "gateway",
            EnableIdempotence = true,
            Acks = Acks.All,
            CompressionType = CompressionType.Snappy,

            // Batches are made by the publisher; librdkafka only packs what one of them has for the same partition.
            LingerMs = 5,
            QueueBufferingMaxMessages = Capacity,

            // A broker that is back is found again within this time; librdkafka would take up to ten seconds.
            ReconnectBackoffMaxMs = LongestReconnectMilliseconds,

            // 0: never give a message up.
            MessageTimeoutMs = 0,

            // Besides the error: which message it is about.
            DeliveryReportFields = "key",
        })
            .SetKeySerializer(_bytes)
            .SetValueSerializer(_bytes)
            .SetErrorHandler((_, error) => OnError(error, failed))
            .SetLogHandler(static (_, _) => { }) // What matters of it arrives at the error handler.
            .Build();
    }

    private void OnReported(
        DeliveryReport<IOutgoingMessage, IOutgoingMessage> report, DeliveryWatch deliveries, TaskCompletionSource failed)
    {
        var isDelivered = !report.Error.IsError;
        deliveries.Ended(isDelivered);
        if (!isDelivered)
        {
            OnError(report.Error, failed);
        }
        else if (_isUnreachable)
        {
            _isUnreachable = false;
            KafkaReachable();
        }

        report.Message.Key.Reported(isDelivered);
    }

    private void OnError(Error error, TaskCompletionSource failed)
    {
        if (error.IsFatal || error.Code == ErrorCode.Local_Fatal)
        {
            if (failed.TrySetResult())
            {
                Interlocked.Increment(ref _failures);
                ProducerFailed(error.Reason);
            }
        }
        else if (!_isUnreachable)
        {
            _isUnreachable = true;
            KafkaUnreachable(error.Reason);
        }
    }

    [LoggerMessage(221, LogLevel.Error, "Kafka takes no usage events, they wait in the journal: {Reason}")]
    private partial void KafkaUnreachable(string reason);

    [LoggerMessage(222, LogLevel.Information, "Kafka takes usage events again")]
    private partial void KafkaReachable();

    [LoggerMessage(224, LogLevel.Error, "the Kafka client has failed for good, a new one takes its place: {Reason}")]
    private partial void ProducerFailed(string reason);
}
