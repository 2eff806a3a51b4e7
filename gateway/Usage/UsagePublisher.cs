using System.Text;
using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.Hosting.Settings;

namespace Gateway.Usage;

/// <summary>
/// Sends usage events to Kafka in batches, in the order in which they were minted, and counts an event as delivered only
/// when the brokers have acknowledged it (all in-sync replicas, idempotent producer: in order and without copies).
/// While Kafka is away it keeps trying; on a stop it delivers what is there before the process ends.
/// </summary>
internal sealed partial class UsagePublisher : IHostedService, IDisposable
{
    // Undelivered messages that the producer holds; past it, events stay in the queue.
    private const int ProducerCapacity = 10_000;

    private const int LongestReconnectMilliseconds = 2_000;

    private static readonly TimeSpan FullProducerWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FlushStep = TimeSpan.FromMilliseconds(100);

    private readonly UsageEventQueue _queue;
    private readonly UsageOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<UsagePublisher> _logger;
    private readonly Lazy<IProducer<byte[], byte[]>> _producer;
    private readonly CancellationTokenSource _giveUp = new();
    private Task _publishing = Task.CompletedTask;
    private long _sent;
    private long _delivered;
    private bool _isUnreachable;

    public UsagePublisher(
        UsageEventQueue queue, UsageOptions options, IConfiguration configuration, TimeProvider timeProvider, ILogger<UsagePublisher> logger)
    {
        _queue = queue;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        var bootstrapServers = configuration.KafkaBootstrapServers();
        _producer = new Lazy<IProducer<byte[], byte[]>>(() => Build(bootstrapServers));
    }

    /// <summary>Events that the brokers have acknowledged.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _publishing = Task.Run(PublishAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>By now no request runs any more: what is in the queue is all there is.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Complete();
        try
        {
            await _publishing.WaitAsync(cancellationToken);
            await Task.Run(() => Flush(cancellationToken), CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // The host's patience is at its end; what is left is counted below. The producer may only be disposed of
            // when nobody uses it any more.
            await _giveUp.CancelAsync();
            await _publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var undelivered = _sent - Delivered + _queue.Reader.Count;
        if (undelivered > 0)
        {
            EventsUndelivered(undelivered);
        }
        else
        {
            EventsFlushed(Delivered);
        }
    }

    public void Dispose()
    {
        if (_producer.IsValueCreated)
        {
            _producer.Value.Dispose();
        }

        _giveUp.Dispose();
    }

    private async Task PublishAsync()
    {
        var batch = new List<UsageEvent>(_options.BatchSize);
        while (await _queue.Reader.WaitToReadAsync(_giveUp.Token))
        {
            await CollectAsync(batch);
            foreach (var usageEvent in batch)
            {
                await SendAsync(usageEvent);
            }

            batch.Clear();
        }
    }

    /// <summary>Until the batch is full, the first of it has waited long enough, or nothing more will come.</summary>
    private async Task CollectAsync(List<UsageEvent> batch)
    {
        using var patience = new CancellationTokenSource(_options.BatchWait, _timeProvider);
        try
        {
            do
            {
                while (batch.Count < _options.BatchSize && _queue.Reader.TryRead(out var usageEvent))
                {
                    batch.Add(usageEvent);
                }
            }
            while (batch.Count < _options.BatchSize && await _queue.Reader.WaitToReadAsync(patience.Token));
        }
        catch (OperationCanceledException)
        {
            // The batch is as full as it gets in time.
        }
    }

    private async Task SendAsync(UsageEvent usageEvent)
    {
        var message = new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(usageEvent.OrganizationId.ToString()),
            Value = UsageEventJson.Serialize(usageEvent),
        };
        while (!TryProduce(message))
        {
            await Task.Delay(FullProducerWait, _timeProvider, _giveUp.Token);
        }

        _sent++;
    }

    private bool TryProduce(Message<byte[], byte[]> message)
    {
        try
        {
            _producer.Value.Produce(Topics.UsageEvents, message, OnReported);
            return true;
        }
        catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }

    /// <summary>The brokers' word on one event. Messages never time out, so an error here is final.</summary>
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

    private void Flush(CancellationToken cancellationToken)
    {
        while (_producer.IsValueCreated && _producer.Value.Flush(FlushStep) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private IProducer<byte[], byte[]> Build(string bootstrapServers) =>
        new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            ClientId = "gateway",
            EnableIdempotence = true,
            Acks = Acks.All,
            CompressionType = CompressionType.Snappy,

            // Batches are made here; librdkafka only packs what one of them has for the same partition.
            LingerMs = 5,
            QueueBufferingMaxMessages = ProducerCapacity,

            // A broker that is back is found again within this time; librdkafka would take up to ten seconds.
            ReconnectBackoffMaxMs = LongestReconnectMilliseconds,

            // 0: never give a message up.
            MessageTimeoutMs = 0,
        })
        .SetErrorHandler((_, error) => OnError(error))
        .SetLogHandler(static (_, _) => { }) // What matters of it arrives at the error handler.
        .Build();

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

    [LoggerMessage(225, LogLevel.Information, "all {Delivered} usage events are delivered")]
    private partial void EventsFlushed(long delivered);

    [LoggerMessage(226, LogLevel.Critical, "stopped before Kafka took them: {Undelivered} usage events are lost")]
    private partial void EventsUndelivered(long undelivered);
}
