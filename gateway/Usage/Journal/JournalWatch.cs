namespace Gateway.Usage.Journal;

/// <summary>
/// Says in the log when the journal stops taking events, when it takes them again, how many requests it cost, and what else is
/// wrong with it.
/// </summary>
internal sealed partial class JournalWatch(
    UsageJournal journal, UsageMeter meter, JournalOptions options, TimeProvider timeProvider, ILogger<JournalWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private AppendResult _room = AppendResult.Written;
    private string? _syncProblem;
    private long _damages;
    private long _unmetered;

    /// <summary>Requests have ended by now, so this is the last count.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        LookAtUnmetered(meter.Unmetered);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            LookAtRoom(journal.Room);
            LookAtDisk(journal.SyncProblem);
            LookAtUnmetered(meter.Unmetered);
            if (journal.Reader.Damages is var damages && damages != _damages)
            {
                _damages = damages;
                JournalDamaged(damages);
            }
        }
    }

    private void LookAtRoom(AppendResult room)
    {
        // Not ready is a matter of milliseconds, completed is the end.
        if (room == _room || room is AppendResult.NotReady or AppendResult.Completed)
        {
            return;
        }

        _room = room;
        if (room == AppendResult.Written)
        {
            JournalHasRoom();
        }
        else
        {
            JournalFull(room, options.WhenFull == FullJournalPolicy.Refuse ? "refused with 503" : "served without being metered");
        }
    }

    private void LookAtUnmetered(long unmetered)
    {
        if (unmetered != _unmetered)
        {
            _unmetered = unmetered;
            RequestsUnmetered(journal.Source, unmetered);
        }
    }

    private void LookAtDisk(string? problem)
    {
        if (problem is not null && _syncProblem is null)
        {
            DiskFails(problem);
        }

        _syncProblem = problem;
    }

    [LoggerMessage(295, LogLevel.Critical, "the journal takes no more usage events ({Reason}): requests are {Consequence}")]
    private partial void JournalFull(AppendResult reason, string consequence);

    [LoggerMessage(296, LogLevel.Information, "the journal takes usage events again")]
    private partial void JournalHasRoom();

    [LoggerMessage(297, LogLevel.Error, "the journal cannot be forced onto the disk: {Reason}")]
    private partial void DiskFails(string reason);

    [LoggerMessage(298, LogLevel.Error, "the journal was damaged in {Places} places so far: keygen reconcile tells which events are missing")]
    private partial void JournalDamaged(long places);

    [LoggerMessage(299, LogLevel.Critical, "{Source} did not meter {Unmetered} requests so far: keygen reconcile misses their sequences")]
    private partial void RequestsUnmetered(string source, long unmetered);
}
