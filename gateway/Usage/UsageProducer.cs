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

    private IProducer<byte[], byte[]>? _producer;
    private long _delivered;
    private volatile bool _isUnreachable;

    /// <summary>Messages that the brokers have acknowledged.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Takes a message, or answers that it is full. One caller at a time.</summary>
    public bool TryProduce(Message<byte[], byte[]> message)
    {
        _producer ??= Build();
        try
        {
            _producer.Produce(Topics.UsageEvents, message, OnReported);
            return true;
        }
        catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }

    /// <summary>Blocks until everything is delivered.</summary>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public void Flush(CancellationToken cancellationToken)
    {
        while (_producer is not null && _producer.Flush(FlushStep) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Must not come before the last <see cref="TryProduce"/> has returned.</summary>
    public void Dispose() => _producer?.Dispose();

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
