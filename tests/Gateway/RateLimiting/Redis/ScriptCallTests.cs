using System.Reflection;
using Gateway.RateLimiting.Redis;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting.Redis;

/// <summary>Whose fault a late answer is.</summary>
public sealed class ScriptCallTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(50);
    private static readonly RedisScript Script = new("any.lua", "return 1");

    private readonly LateTimers _time = new();
    private readonly TaskCompletionSource<RedisResult> _answer = new();

    [Fact]
    public async Task Redis_that_has_not_answered_in_time_is_given_up()
    {
        var call = CallAsync();

        await FireInTimeAsync(call);

        Assert.IsType<TimeoutException>(await call);
    }

    [Fact]
    public async Task Process_that_stood_still_listens_once_more_before_it_blames_Redis()
    {
        var call = CallAsync();

        await FireLateAsync();

        _answer.SetException(new InvalidOperationException("answered"));
        Assert.Equal("answered", (await call)!.Message);
    }

    [Fact]
    public async Task Process_that_keeps_standing_still_listens_twice_more_at_most()
    {
        var call = CallAsync();

        await FireLateAsync();
        await FireLateAsync();
        _time.Fire(TimeSpan.FromSeconds(3));

        Assert.IsType<TimeoutException>(await call);
        Assert.Equal(3, _time.Waits);
    }

    [Fact]
    public async Task Redis_that_is_late_after_the_process_stood_still_is_given_up()
    {
        var call = CallAsync();

        await FireLateAsync();
        await FireInTimeAsync(call);

        Assert.IsType<TimeoutException>(await call);
    }

    // A collection of garbage in this very moment would be a reason to listen once more, too.
    private async Task FireInTimeAsync(Task call)
    {
        for (var round = 0; round < 3 && !call.IsCompleted; round++)
        {
            var waits = _time.Waits;
            _time.Fire(Timeout);
            await Eventually.IsTrueAsync(() => Task.FromResult(call.IsCompleted || _time.Waits > waits), "the time is over, or begins anew");
        }
    }

    private async Task FireLateAsync()
    {
        var waits = _time.Waits;
        _time.Fire(TimeSpan.FromSeconds(3));
        await Eventually.EqualsAsync(waits + 1, () => Task.FromResult(_time.Waits), TimeSpan.FromSeconds(5));
    }

    private async Task<Exception?> CallAsync()
    {
        var database = DispatchProxy.Create<IDatabase, AnsweringDatabase>();
        ((AnsweringDatabase)database).Answer = _answer.Task;
        return (await new ScriptCall(database, Script, [], [], Timeout, _time).RunAsync()).Exception;
    }

    /// <summary>A database that gives the test's answer, whatever it is asked.</summary>
    public class AnsweringDatabase : DispatchProxy
    {
        internal Task<RedisResult>? Answer { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer;
    }

    /// <summary>A clock whose only timer fires when the test says so, however late that is.</summary>
    private sealed class LateTimers : TimeProvider
    {
        private readonly ManualTime _clock = new();
        private Action? _fire;

        public override long TimestampFrequency => _clock.TimestampFrequency;

        public override long GetTimestamp() => _clock.GetTimestamp();

        /// <summary>How often the timer was set.</summary>
        public int Waits { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            return new Timer(this);
        }

        public void Fire(TimeSpan later)
        {
            _clock.Advance(later);
            _fire!();
        }

        private sealed class Timer(LateTimers timers) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                timers.Waits++;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
