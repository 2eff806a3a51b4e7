using Gateway.Contracts.Usage;
using Gateway.Usage.Heartbeat;
using Gateway.Usage.Journal;

namespace Gateway.Usage.Publishing;

/// <summary>
/// Publishes what gateways have left in their journals that were killed, or stopped while Kafka was away: at the start, and
/// then regularly, whatever is found on the same volume. Then tells that the source has ended, in its name.
/// </summary>
internal sealed partial class DeadJournalPublisher(
    JournalDirectory directory,
    UsageProducer producer,
    UsageOptions options,
    PublishingMetrics metrics,
    TimeProvider timeProvider,
    ILogger<DeadJournalPublisher> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.AdoptionInterval, timeProvider);
        do
        {
            await PublishAllAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task PublishAllAsync(CancellationToken stoppingToken)
    {
        foreach (var id in Journals())
        {
            try
            {
                using var dead = directory.TryAdopt(id);
                if (dead is not null)
                {
                    await PublishAsync(dead, stoppingToken);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                JournalUnreadable(id, exception.Message);
            }
        }
    }

    private IReadOnlyList<Guid> Journals()
    {
        try
        {
            directory.DeleteUnfinished(timeProvider.GetUtcNow().UtcDateTime);
            return directory.Journals();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            DirectoryUnreadable(exception.Message);
            return [];
        }
    }

    private async Task PublishAsync(DeadJournal dead, CancellationToken stoppingToken)
    {
        JournalAdopted(dead.Source);
        var pump = new JournalPump(dead, producer, options, metrics, timeProvider);
        await pump.RunAsync(hurry: new CancellationToken(canceled: true), stoppingToken);

        // Only then may it go: as long as the journal is there, somebody will say this.
        while (!await producer.TryDeliverAsync(LastHeartbeatOf(dead), stoppingToken))
        {
            await Task.Delay(RetryInterval, timeProvider, stoppingToken);
        }

        dead.Delete();
        JournalPublished(dead.Source, pump.Delivered);
        if (dead.Damages > 0)
        {
            metrics.JournalDamaged(dead.Damages);
            JournalDamaged(dead.Source, dead.Damages);
        }
    }

    private Confluent.Kafka.Message<byte[], byte[]> LastHeartbeatOf(DeadJournal dead)
    {
        var now = timeProvider.GetUtcNow();
        return HeartbeatMessage.Of(new UsageHeartbeat
        {
            Id = Guid.CreateVersion7(now),
            Source = dead.Source,
            Time = UsageEventJson.CutToMicroseconds(now),
            LastSequence = dead.HighestSequence,
            Ended = true,
            Unanswered = dead.Unanswered(UsageHeartbeat.MaximumRanges),
        });
    }

    [LoggerMessage(290, LogLevel.Information, "found the journal of {Source}, which is no more: publishing what it has left")]
    private partial void JournalAdopted(string source);

    [LoggerMessage(291, LogLevel.Information, "published what {Source} had left: {Events} usage events")]
    private partial void JournalPublished(string source, long events);

    [LoggerMessage(292, LogLevel.Error, "the journal of {Source} was damaged in {Places} places: keygen reconcile tells which of its events are missing")]
    private partial void JournalDamaged(string source, long places);

    [LoggerMessage(293, LogLevel.Error, "the journal {Journal} cannot be read now, trying again later: {Reason}")]
    private partial void JournalUnreadable(Guid journal, string reason);

    [LoggerMessage(294, LogLevel.Error, "the journals of other gateways cannot be looked for, trying again later: {Reason}")]
    private partial void DirectoryUnreadable(string reason);
}
