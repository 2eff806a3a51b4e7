using Gateway.ApiKeys.Memory;
using Gateway.Hosting.Observability;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>
/// Keeps the keys in step with PostgreSQL: asks for what has changed at once when a notification says that there is
/// something, and every few seconds anyway, because a notification can get lost. Then tells which version it has applied.
/// </summary>
internal sealed partial class KeySynchronizer(
    KeyReader reader,
    KeyTable table,
    KeyRefresher refresher,
    KeyFreshness freshness,
    GatewayInstance instance,
    ApiKeyMetrics metrics,
    ApiKeyOptions options,
    TimeProvider timeProvider,
    ILogger<KeySynchronizer> logger)
    : BackgroundService, IDependencyState
{
    private readonly Signal _changed = new();
    private volatile bool _isInContact;
    private bool _isUnreported;

    /// <summary>PostgreSQL, which is asked every few seconds at least.</summary>
    public string Dependency => "postgresql";

    /// <summary>Whether it answered the last time.</summary>
    public bool IsUp => _isInContact;

    /// <summary>Something has changed: look now.</summary>
    public void Wake() => _changed.Set();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await instance.RemoveAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await refresher.Loaded.WaitAsync(stoppingToken);
        var isFailing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SynchronizeAsync(stoppingToken);
                _isInContact = true;
                if (isFailing)
                {
                    isFailing = false;
                    InStepAgain();
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, the next time may go well. How long keys are believed meanwhile is limited.
                _isInContact = false;
                if (!isFailing)
                {
                    isFailing = true;
                    OutOfStep(exception.Message);
                }
            }

            await _changed.WaitAsync(options.PollInterval, timeProvider, stoppingToken);
        }
    }

    private async Task SynchronizeAsync(CancellationToken stoppingToken)
    {
        // The age counts from before the question: what changed after it may not be in the answer. The driver takes its
        // time with a server that hangs, so that not even its cancellation is waited for.
        var asked = timeProvider.GetTimestamp();
        var since = table.Version;
        var changes = await reader.ReadChangesAsync(since).WaitAsync(options.QueryTimeout, timeProvider, stoppingToken);
        if (changes.Version < since)
        {
            // What it says of that version is about another past: this gateway has applied nothing of the present.
            WentBack(since, changes.Version);
            refresher.Request();
            await ReportAsync(appliedVersion: 0, stoppingToken);
            return;
        }

        if (TakeIn(changes, asked))
        {
            freshness.Confirm(asked);
        }

        await ReportAsync(table.Version, stoppingToken);
    }

    /// <summary>
    /// False where only reading everything will tell. Until then what is in memory grows old, so that a deleted key stops
    /// some time even if everything can never be read.
    /// </summary>
    private bool TakeIn(KeyChanges changes, long asked)
    {
        if (changes.AreTooMany)
        {
            refresher.Request();
            return false;
        }

        var complete = changes.Version;
        if (changes.ReloadVersion > refresher.RefreshedVersion)
        {
            refresher.Request();
            complete = Math.Min(complete, changes.ReloadVersion - 1);
        }

        var ended = changes.Ended.Where(end => table.TryGet(end.Hash, out _)).ToArray();
        if (table.Apply(changes.Organizations, changes.Keys, changes.Version, complete))
        {
            foreach (var end in ended)
            {
                metrics.Ended(end.Ago + timeProvider.GetElapsedTime(asked));
            }

            return complete == changes.Version;
        }

        Wake();
        return false;
    }

    /// <summary>That it cannot be told leaves operators in the dark; it does not make the keys any older.</summary>
    private async Task ReportAsync(long appliedVersion, CancellationToken stoppingToken)
    {
        try
        {
            await instance.ReportAsync(appliedVersion).WaitAsync(options.QueryTimeout, timeProvider, stoppingToken);
            _isUnreported = false;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_isUnreported)
            {
                _isUnreported = true;
                Unreported(exception.Message);
            }
        }
    }

    [LoggerMessage(206, LogLevel.Error, "changes of API keys cannot be read from PostgreSQL, known keys go on working: {Reason}")]
    private partial void OutOfStep(string reason);

    [LoggerMessage(207, LogLevel.Information, "changes of API keys can be read from PostgreSQL again")]
    private partial void InStepAgain();

    [LoggerMessage(260, LogLevel.Error, "it cannot be written which changes this gateway has applied, keygen will not have them confirmed: {Reason}")]
    private partial void Unreported(string reason);

    [LoggerMessage(209, LogLevel.Warning, "the configuration went back from version {Since} to {Version}, as when a backup is restored: all of it is read anew")]
    private partial void WentBack(long since, long version);
}
