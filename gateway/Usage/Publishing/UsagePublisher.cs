using Gateway.Usage.Journal;

namespace Gateway.Usage.Publishing;

/// <summary>
/// Publishes this gateway's journal. While Kafka is away events stay there; on a stop everything that is there is delivered
/// before the process ends, or left to whoever adopts the journal.
/// </summary>
internal sealed partial class UsagePublisher(
    UsageJournal journal,
    UsageProducer producer,
    UsageOptions options,
    PublishingMetrics metrics,
    TimeProvider timeProvider,
    ILogger<UsagePublisher> logger)
    : BackgroundService
{
    private readonly JournalPump _pump = new(journal.Reader, producer, options, metrics, timeProvider);
    private readonly CancellationTokenSource _hurry = new();

    /// <summary>Events that Kafka has acknowledged.</summary>
    public long Delivered => _pump.Delivered;

    /// <summary>Whether nothing more will come, and Kafka has all.</summary>
    public bool IsDrained => ExecuteTask is { IsCompletedSuccessfully: true };

    /// <summary>By now no request runs any more: what is in the journal is all there is.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        journal.Complete();
        await _hurry.CancelAsync();
        if (ExecuteTask is { } publishing)
        {
            // Until all is delivered, or the host's patience at its end.
            await publishing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StopAsync(CancellationToken.None);
        if (IsDrained)
        {
            EventsDelivered(Delivered);
        }
        else
        {
            EventsLeft();
        }
    }

    public override void Dispose()
    {
        _hurry.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _pump.RunAsync(_hurry.Token, stoppingToken);

    [LoggerMessage(225, LogLevel.Information, "all {Delivered} usage events are delivered")]
    private partial void EventsDelivered(long delivered);

    [LoggerMessage(226, LogLevel.Warning, "stopped before Kafka took all usage events: the rest is in the journal, for the next gateway on its volume")]
    private partial void EventsLeft();
}
