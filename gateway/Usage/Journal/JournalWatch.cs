namespace Gateway.Usage.Journal;

/// <summary>Says in the log when the journal stops taking events, when it takes them again, and what else is wrong with it.</summary>
internal sealed partial class JournalWatch(
    UsageJournal journal,
    JournalOptions options,
    UnmeteredRequests unmetered,
    UsageClock clock,
    TimeProvider timeProvider,
    ILogger<JournalWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private AppendResult _room = AppendResult.Written;
    private string? _syncProblem;
    private long _damages;
    private int _takenBack;

    /// <summary>By now no request runs any more: what was not metered is all there is.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        unmetered.SayTotal(journal.Source);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            LookAtRoom(journal.Room);
            LookAtDisk(journal.SyncProblem);
            LookAtTakenBack(journal.TakenBackRequests);
            unmetered.Say(journal.Source);
            clock.Look();
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
            unmetered.SayTotal(journal.Source);
        }
        else
        {
            JournalFull(room, options.WhenFull == FullJournalPolicy.Refuse ? "refused with 503" : "served without being metered");
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

    private void LookAtTakenBack(int takenBack)
    {
        if (takenBack != _takenBack)
        {
            _takenBack = takenBack;
            AnswersTakenBack(takenBack);
        }
    }

    [LoggerMessage(228, LogLevel.Error, "the journal did not take the events of {Requests} requests so far that had been let in: they got no answer")]
    private partial void AnswersTakenBack(int requests);

    [LoggerMessage(295, LogLevel.Critical, "the journal takes no more usage events ({Reason}): requests are {Consequence}")]
    private partial void JournalFull(AppendResult reason, string consequence);

    [LoggerMessage(296, LogLevel.Information, "the journal takes usage events again")]
    private partial void JournalHasRoom();

    [LoggerMessage(297, LogLevel.Error, "the journal cannot be forced onto the disk: {Reason}")]
    private partial void DiskFails(string reason);

    [LoggerMessage(298, LogLevel.Error, "the journal was damaged in {Places} places so far: keygen reconcile tells which events are missing")]
    private partial void JournalDamaged(long places);
}
