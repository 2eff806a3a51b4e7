namespace Gateway.Usage.Journal;

/// <summary>What has to be done for a journal from time to time: syncing it, and seeing how old it gets.</summary>
internal sealed class JournalUpkeep : IAsyncDisposable
{
    // The older the oldest event, the further apart the marks: a week without Kafka takes some thousands of them.
    private const int MarksPerAge = 1000;

    private static readonly TimeSpan ShortestMark = TimeSpan.FromSeconds(1);

    private readonly SegmentChain _chain;
    private readonly AgeMarks _ages;
    private readonly JournalOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _marking;
    private readonly Task _syncing;
    private long _marked;
    private volatile bool _isTooOld;
    private volatile string? _syncProblem;

    public JournalUpkeep(SegmentChain chain, AgeMarks ages, JournalOptions options, TimeProvider timeProvider)
    {
        _chain = chain;
        _ages = ages;
        _options = options;
        _timeProvider = timeProvider;
        _marked = timeProvider.GetTimestamp();
        _marking = EveryAsync(ShortestMark, Mark);
        _syncing = options.SyncInterval > TimeSpan.Zero ? EveryAsync(options.SyncInterval, Sync) : Task.CompletedTask;
    }

    public bool IsTooOld => _isTooOld;

    public string? SyncProblem => _syncProblem;

    public TimeSpan OldestAge => _ages.OldestTimestamp is { } oldest ? _timeProvider.GetElapsedTime(oldest) : TimeSpan.Zero;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _marking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _syncing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task EveryAsync(TimeSpan period, Action action)
    {
        using var timer = new PeriodicTimer(period, _timeProvider);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            action();
        }
    }

    private void Mark()
    {
        var now = _timeProvider.GetTimestamp();
        if (_timeProvider.GetElapsedTime(_marked, now) >= OldestAge / MarksPerAge)
        {
            _ages.Mark(_chain.Tail, now);
            _marked = now;
        }

        _isTooOld = OldestAge > _options.MaximumAge;
    }

    private void Sync()
    {
        try
        {
            _chain.Sync();
            _syncProblem = null;
        }
        catch (ObjectDisposedException)
        {
            // The segment has just been deleted: all of it is acknowledged.
        }
        catch (IOException exception)
        {
            _syncProblem = exception.Message;
        }
    }
}
