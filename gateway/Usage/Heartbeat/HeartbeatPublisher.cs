using Gateway.Contracts.Usage;
using Gateway.Usage.Journal;
using Gateway.Usage.Publishing;

namespace Gateway.Usage.Heartbeat;

/// <summary>
/// Tells every few seconds how far this gateway's sequence has got, so that the loss of its last events is seen too; at a
/// clean stop once more, when all that it minted is delivered. Stops after <see cref="UsagePublisher"/>, being added before it.
/// </summary>
internal sealed partial class HeartbeatPublisher(
    UsageMeter meter,
    UsageJournal journal,
    UsagePublisher publisher,
    UsageProducer producer,
    UsageOptions options,
    TimeProvider timeProvider,
    ILogger<HeartbeatPublisher> logger) : IHostedService, IDisposable
{
    // Kafka takes a heartbeat in milliseconds, or is away; what is lost then is a note, not an event.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private Task _beating = Task.CompletedTask;
    private long _mintedBefore;
    private long _toldSequence;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _beating = Task.Run(BeatAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Without a last heartbeat this gateway counts as killed, until somebody has published its journal.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!publisher.IsDrained)
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LastPatience);
        try
        {
            // Behind an earlier one that still waits for Kafka, which they share: both arrive, in this order. Whether it was
            // taken is sure only where that is confirmed; to say it twice does no harm.
            while (!await producer.TryDeliverAsync(Message(ended: true), patience.Token))
            {
                await Task.Delay(RetryInterval, timeProvider, patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any longer for a Kafka that does not answer.
            EndNotConfirmed();
        }
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>The first at once: a gateway that is killed early is known at least.</summary>
    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(options.HeartbeatInterval, timeProvider);
        var beat = Task.FromResult(true);
        do
        {
            // One that waits for Kafka is enough; the next says more anyway.
            if (beat.IsCompleted)
            {
                beat = producer.TryDeliverAsync(Message(ended: false), _stopping.Token);
            }
        }
        while (await timer.WaitForNextTickAsync(_stopping.Token));
    }

    private Confluent.Kafka.Message<byte[], byte[]> Message(bool ended)
    {
        // In this order: by the time that it names, this much was minted.
        var minted = meter.LastSequence;
        var now = timeProvider.GetUtcNow();

        // What was minted just now may not be written yet. Were it told of, and this process killed before, whoever adopts the
        // journal could not know that it belongs to no event.
        var lastSequence = ended ? minted : Math.Max(_toldSequence, journal.CertainSequence(_mintedBefore));
        var heartbeat = new UsageHeartbeat
        {
            Id = Guid.CreateVersion7(now),
            Source = journal.Source,
            Time = UsageEventJson.CutToMicroseconds(now),
            LastSequence = lastSequence,
            Ended = ended,

            // Of what was minted since the last heartbeat most is on its way, and will be there in a moment.
            Pending = ended ? [] : journal.Pending(Math.Min(_mintedBefore, lastSequence), UsageHeartbeat.MaximumRanges),
            Unanswered = ended ? journal.TakenBack(minted, UsageHeartbeat.MaximumRanges) : [],
        };
        _mintedBefore = minted;
        _toldSequence = lastSequence;
        return HeartbeatMessage.Of(heartbeat);
    }

    [LoggerMessage(227, LogLevel.Warning, "Kafka did not confirm the last heartbeat: unless it took it all the same, this gateway will count as killed, though all its events are delivered")]
    private partial void EndNotConfirmed();
}
