using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Hosting.Settings;

namespace Gateway.Usage;

/// <summary>
/// Hands messages to Kafka. A message counts as delivered when the brokers have acknowledged it: all in-sync replicas, in
/// order and without copies (idempotent producer). None is ever given up while this process lives.
/// </summary>
internal sealed partial class UsageProducer(IConfiguration configuration, ILogger<UsageProducer> logger) : IDisposable
{
    // Undelivered messages that it holds; past it, events stay in the queue.
    private const int Capacity = 10_000;

    private const int LongestReconnectMilliseconds = 2_000;

    private static readonly TimeSpan FlushStep = TimeSpan.FromMilliseconds(100);

    private readonly Lock _building = new();
    private volatile IProducer<byte[], byte[]>? _producer;
    private long _delivered;
    private int _announcing;
    private volatile bool _isUnreachable;

    /// <summary>Events that the brokers have acknowledged.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Whether a heartbeat is not acknowledged yet.</summary>
    public bool IsAnnouncing => Volatile.Read(ref _announcing) > 0;

    /// <summary>Takes an event's message, or answers that it is full. From any thread.</summary>
    public bool TryProduce(Message<byte[], byte[]> message) => TrySend(message, OnReported);

    /// <summary>The same for a heartbeat, which is not counted as delivered, and is not worth a fault.</summary>
    public bool TryAnnounce(Message<byte[], byte[]> message)
    {
        Interlocked.Increment(ref _announcing);
        try
        {
            if (TrySend(message, OnAnnounced))
            {
                return true;
            }
        }
        catch (KafkaException)
        {
            // The producer has failed for good: the events' own path says so.
        }

        Interlocked.Decrement(ref _announcing);
        return false;
    }

    /// <summary>Blocks until all events are delivered; a heartbeat that waits for Kafka is not worth waiting for.</summary>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public void Flush(CancellationToken cancellationToken)
    {
        while (_producer is not null && _producer.Flush(FlushStep) > Volatile.Read(ref _announcing))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Blocks until heartbeats are delivered, too.</summary>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public void FlushHeartbeats(CancellationToken cancellationToken)
    {
        while (_producer is not null && _producer.Flush(FlushStep) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Must not come before the last <see cref="TryProduce"/> has returned.</summary>
    public void Dispose() => _producer?.Dispose();

    private bool TrySend(Message<byte[], byte[]> message, Action<DeliveryReport<byte[], byte[]>> onReported)
    {
        try
        {
            Producer().Produce(Topics.UsageEvents, message, onReported);
            return true;
        }
        catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }

    private IProducer<byte[], byte[]> Producer()
    {
        if (_producer is { } built)
        {
            return built;
        }

        lock (_building)
        {
            return _producer ??= Build();
        }
    }

    private IProducer<byte[], byte[]> Build() =>
        new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = configuration.KafkaBootstrapServers(),
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
        })
        .SetErrorHandler((_, error) => OnError(error))
        .SetLogHandler(static (_, _) => { }) // What matters of it arrives at the error handler.
        .Build();

    /// <summary>The brokers' word on one message. Messages never time out, so an error here is final.</summary>
    private void OnReported(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
        {
            EventRefused(report.Error.Reason);
            return;
        }

        Interlocked.Increment(ref _delivered);
        Reached();
    }

    /// <summary>A heartbeat that is refused says nothing more: the next one says the same.</summary>
    private void OnAnnounced(DeliveryReport<byte[], byte[]> report)
    {
        Interlocked.Decrement(ref _announcing);
        if (!report.Error.IsError)
        {
            Reached();
        }
    }

    private void Reached()
    {
        if (_isUnreachable)
        {
            _isUnreachable = false;
            KafkaReachable();
        }
    }

    private void OnError(Error error)
    {
        if (error.IsFatal)
        {
            ProducerFailed(error.Reason);
        }
        else if (!_isUnreachable)
        {
            _isUnreachable = true;
            KafkaUnreachable(error.Reason);
        }
    }

    [LoggerMessage(221, LogLevel.Error, "Kafka cannot be reached, usage events wait in memory: {Reason}")]
    private partial void KafkaUnreachable(string reason);

    [LoggerMessage(222, LogLevel.Information, "Kafka takes usage events again")]
    private partial void KafkaReachable();

    [LoggerMessage(223, LogLevel.Critical, "Kafka refused a usage event, it is lost: {Reason}")]
    private partial void EventRefused(string reason);

    [LoggerMessage(224, LogLevel.Critical, "the Kafka producer has failed for good, restart this gateway: {Reason}")]
    private partial void ProducerFailed(string reason);
}
