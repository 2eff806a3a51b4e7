using System.Text;
using Confluent.Kafka;
using Gateway.Contracts.Usage;

namespace Gateway.Usage;

/// <summary>
/// Takes usage events from the queue in batches, in the order in which they were minted, and hands them to Kafka.
/// While Kafka is away they wait; on a stop everything that is there is delivered before the process ends.
/// </summary>
internal sealed partial class UsagePublisher(
    UsageEventQueue queue, UsageProducer producer, UsageOptions options, TimeProvider timeProvider, ILogger<UsagePublisher> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan FullProducerWait = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _giveUp = new();
    private Task _publishing = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _publishing = Task.Run(PublishAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>By now no request runs any more: what is in the queue is all there is.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Complete();
        try
        {
            await _publishing.WaitAsync(cancellationToken);
            await Task.Run(() => producer.Flush(cancellationToken), CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // The host's patience is at its end; what is left is counted below. The producer may only be disposed of
            // when nobody uses it any more.
            await _giveUp.CancelAsync();
            await _publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var undelivered = queue.Added - producer.Delivered;
        if (undelivered > 0)
        {
            EventsUndelivered(undelivered);
        }
        else
        {
            EventsFlushed(producer.Delivered);
        }
    }

    public void Dispose() => _giveUp.Dispose();

    private async Task PublishAsync()
    {
        var batch = new List<UsageEvent>(options.BatchSize);
        while (await queue.Reader.WaitToReadAsync(_giveUp.Token))
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
        using var patience = new CancellationTokenSource(options.BatchWait, timeProvider);
        try
        {
            do
            {
                while (batch.Count < options.BatchSize && queue.Reader.TryRead(out var usageEvent))
                {
                    batch.Add(usageEvent);
                }
            }
            while (batch.Count < options.BatchSize && await queue.Reader.WaitToReadAsync(patience.Token));
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
        while (!producer.TryProduce(message))
        {
            await Task.Delay(FullProducerWait, timeProvider, _giveUp.Token);
        }
    }

    [LoggerMessage(225, LogLevel.Information, "all {Delivered} usage events are delivered")]
    private partial void EventsFlushed(long delivered);

    [LoggerMessage(226, LogLevel.Critical, "stopped before Kafka took them: {Undelivered} usage events are lost")]
    private partial void EventsUndelivered(long undelivered);
}
