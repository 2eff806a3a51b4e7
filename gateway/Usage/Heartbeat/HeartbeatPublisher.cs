using System.Text;
using Confluent.Kafka;
using Gateway.Contracts.Usage;

namespace Gateway.Usage.Heartbeat;

/// <summary>
/// Tells every few seconds how far this gateway's sequence has got, so that the loss of its last events is seen too; at a
/// clean stop once more, when all that it minted is delivered. Stops after <see cref="UsagePublisher"/>, being added before it.
/// </summary>
internal sealed partial class HeartbeatPublisher(
    UsageMeter meter,
    UsageEventQueue queue,
    UsageProducer producer,
    UsageOptions options,
    TimeProvider timeProvider,
    ILogger<HeartbeatPublisher> logger) : IHostedService, IDisposable
{
    // Kafka takes a heartbeat in milliseconds, or is away; what is lost then is a note, not an event.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stopping = new();
    private Task _beating = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _beating = Task.Run(BeatAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Without a last heartbeat this gateway counts as killed: what is missing of it is not explained by anything.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (queue.Added > producer.Delivered)
        {
            return;
        }

        try
        {
            // Behind an earlier one that still waits for Kafka, which they share: both arrive, in this order.
            if (producer.TryAnnounce(Message(ended: true)))
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(LastPatience);
                await Task.Run(() => producer.FlushHeartbeats(patience.Token), CancellationToken.None);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any longer for a Kafka that does not answer.
        }

        EndNotAnnounced();
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>The first at once: a gateway that is killed early is known at least.</summary>
    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(options.HeartbeatInterval, timeProvider);
        do
        {
            // One that waits for Kafka is enough; the next says more anyway.
            if (!producer.IsAnnouncing)
            {
                producer.TryAnnounce(Message(ended: false));
            }
        }
        while (await timer.WaitForNextTickAsync(_stopping.Token));
    }

    private Message<byte[], byte[]> Message(bool ended)
    {
        // In this order: by the time that it names, this much was minted.
        var lastSequence = meter.LastSequence;
        var now = timeProvider.GetUtcNow();
        var heartbeat = new UsageHeartbeat
        {
            Id = Guid.CreateVersion7(now),
            Source = meter.Source,
            Time = UsageEventJson.CutToMicroseconds(now),
            LastSequence = lastSequence,
            Ended = ended,
        };
        return new Message<byte[], byte[]>
        {
            // All in one partition, so that the last one comes last.
            Key = Encoding.UTF8.GetBytes(meter.Source),
            Value = UsageHeartbeatJson.Serialize(heartbeat),
        };
    }

    [LoggerMessage(227, LogLevel.Warning, "Kafka did not take the last heartbeat: this gateway will count as killed, though all its events are delivered")]
    private partial void EndNotAnnounced();
}
