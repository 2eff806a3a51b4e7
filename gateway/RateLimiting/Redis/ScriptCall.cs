using Polly;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>
/// One call of a script and the wait for its answer, which the client limits only to the second. A wait in which this process itself did
/// not run (frozen, starved, collecting garbage) is not held against Redis: then the answer, which may be in the socket
/// already, gets the same time again, twice at most. An answer that comes later is dropped: what it took is lost to the
/// organization, which errs on the safe side.
/// </summary>
internal sealed class ScriptCall : TaskCompletionSource<Outcome<RedisResult>>, IThreadPoolWorkItem
{
    private const int MostExtensions = 2;
    private static readonly TimeSpan LeastLateness = TimeSpan.FromMilliseconds(10);

    private readonly IDatabase _database;
    private readonly RedisScript _script;
    private readonly RedisKey[] _keys;
    private readonly RedisValue[] _arguments;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private readonly Action _onAnswer;
    private Task<RedisResult>? _answer;
    private ITimer? _timer;
    private bool _isRepeated;
    private int _extensions;
    private long _waitingSince;
    private TimeSpan _pausedBefore;

    // Continuations run elsewhere: the client completes its answers one after the other.
    public ScriptCall(IDatabase database, RedisScript script, RedisKey[] keys, RedisValue[] arguments, TimeSpan timeout, TimeProvider timeProvider)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        _database = database;
        _script = script;
        _keys = keys;
        _arguments = arguments;
        _timeout = timeout;
        _timeProvider = timeProvider;
        _onAnswer = OnAnswer;
    }

    /// <summary>Redis's answer, or the client's exception, or a <see cref="TimeoutException"/>: always within a few timeouts.</summary>
    public async ValueTask<Outcome<RedisResult>> RunAsync()
    {
        Send(_database.ScriptEvaluateAsync(_script.Hash, _keys, _arguments));
        if (Task.IsCompleted)
        {
            return await Task;
        }

        StartWaiting();
        await using var timer = _timeProvider.CreateTimer(
            static state => ((ScriptCall)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer = timer;
        timer.Change(_timeout, Timeout.InfiniteTimeSpan);
        return await Task;
    }

    /// <summary>The time is over, and whatever was queued before has run: an answer that came in time is known by now.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (_extensions < MostExtensions && !Task.IsCompleted && HasNotRun())
        {
            _extensions++;
            StartWaiting();
            try
            {
                _timer!.Change(_timeout, Timeout.InfiniteTimeSpan);
                return;
            }
            catch (ObjectDisposedException)
            {
                // Answered this very moment.
            }
        }

        TrySetResult(Outcome.FromException<RedisResult>(new TimeoutException($"no answer within {_timeout.TotalMilliseconds:0} ms")));
    }

    private void Send(Task<RedisResult> answer)
    {
        _answer = answer;
        answer.GetAwaiter().UnsafeOnCompleted(_onAnswer);
    }

    private void OnAnswer()
    {
        var answer = _answer!;
        if (answer.IsCompletedSuccessfully)
        {
            TrySetResult(Outcome.FromResult(answer.GetAwaiter().GetResult()));
            return;
        }

        Exception exception = answer.Exception?.InnerException ?? new TaskCanceledException(answer);
        if (!_isRepeated && exception is RedisServerException && exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // Redis was restarted, its scripts were flushed, or this is another node: with the text the client loads it first.
            _isRepeated = true;
            Repeat();
            return;
        }

        TrySetResult(Outcome.FromException<RedisResult>(exception));
    }

    private void Repeat()
    {
        try
        {
            Send(_database.ScriptEvaluateAsync(_script.Text, _keys, _arguments));
        }
        catch (Exception exception)
        {
            TrySetResult(Outcome.FromException<RedisResult>(exception));
        }
    }

    private void StartWaiting()
    {
        _waitingSince = _timeProvider.GetTimestamp();
        _pausedBefore = GC.GetTotalPauseDuration();
    }

    // Timers overtake what is queued in a pool that is starved. Judged from there, Redis would look late while it is us.
    private void OnTimer() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private bool HasNotRun()
    {
        var tolerance = _timeout / 4 > LeastLateness ? _timeout / 4 : LeastLateness;
        return _timeProvider.GetElapsedTime(_waitingSince) - _timeout > tolerance
            || GC.GetTotalPauseDuration() - _pausedBefore > tolerance;
    }
}
