using Polly;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>Runs a script in Redis in time, or says at once that it cannot.</summary>
internal sealed partial class RedisScripts
{
    // A script that fails for everybody fails very often.
    private static readonly TimeSpan FaultLogInterval = TimeSpan.FromSeconds(10);

    private readonly RedisConnection _connection;
    private readonly RedisMetrics _metrics;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<RedisScripts> _logger;
    private readonly RedisCircuit _circuit;
    private long _faultLoggedAt;

    public RedisScripts(
        RedisConnection connection, RedisOptions options, RedisMetrics metrics, TimeProvider timeProvider, ILogger<RedisScripts> logger)
    {
        _connection = connection;
        _metrics = metrics;
        _timeout = options.Timeout;
        _timeProvider = timeProvider;
        _logger = logger;
        _circuit = new RedisCircuit(timeProvider, logger);
    }

    /// <summary>False while Redis is known to be in trouble: a call would fail at once.</summary>
    public bool IsAvailable => !_circuit.IsOpen;

    /// <summary>Runs the script. All keys must share one hash tag.</summary>
    /// <exception cref="RedisUnavailableException">Redis has not answered in time, cannot, or is known to be in trouble.</exception>
    public async ValueTask<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        if (_circuit.IsOpen)
        {
            throw new RedisUnavailableException("it has failed a moment ago");
        }

        var context = ResilienceContextPool.Shared.Get();
        try
        {
            var outcome = await _circuit.ExecuteAsync(
                static (_, call) => call.Scripts.CallAsync(call.Script, call.Keys, call.Arguments),
                context,
                (Scripts: this, Script: script, Keys: keys, Arguments: arguments));
            return outcome.Exception is null ? outcome.Result! : throw Unavailable(outcome.Exception);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>The same, also while Redis is known to be in trouble; if it succeeds, that is over.</summary>
    /// <exception cref="RedisUnavailableException">Redis has not answered in time, or cannot.</exception>
    public async ValueTask<RedisResult> ProbeAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        if (!_circuit.IsOpen)
        {
            return await RunAsync(script, keys, arguments);
        }

        var outcome = await CallAsync(script, keys, arguments);
        if (outcome.Exception is not null)
        {
            throw Unavailable(outcome.Exception);
        }

        // Of a Redis Cluster this was one node. If another is silent, whoever needs that one would wait again.
        if (!await EveryNodeAnswersAsync())
        {
            throw new RedisUnavailableException("one of its nodes does not answer");
        }

        await _circuit.CloseAsync();
        return outcome.Result!;
    }

    private static RedisUnavailableException Unavailable(Exception exception) =>
        exception as RedisUnavailableException ?? new RedisUnavailableException("it has failed a moment ago", exception);

    private async ValueTask<Outcome<RedisResult>> CallAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        if (_connection.Database is not { } database)
        {
            return Outcome.FromException<RedisResult>(new RedisUnavailableException("it has not been reached yet"));
        }

        var started = _timeProvider.GetTimestamp();
        Outcome<RedisResult> outcome;
        try
        {
            outcome = await new ScriptCall(database, script, keys, arguments, _timeout, _timeProvider).RunAsync();
        }
        catch (Exception thrown)
        {
            outcome = Outcome.FromException<RedisResult>(thrown);
        }

        _metrics.Called(script, _timeProvider.GetElapsedTime(started), outcome.Exception);
        if (outcome.Exception is not { } exception)
        {
            return outcome;
        }

        var isScriptFault = ScriptFault.Is(exception);
        if (isScriptFault)
        {
            LogFault(script, exception.Message);
        }

        return Outcome.FromException<RedisResult>(new RedisUnavailableException(exception.Message, exception, isScriptFault));
    }

    private async Task<bool> EveryNodeAnswersAsync()
    {
        try
        {
            return Array.TrueForAll(
                await RedisNodes.AnswerAsync(RedisNodes.Connected(_connection.Database!), _timeout), static answers => answers);
        }
        catch (Exception)
        {
            // The connection was replaced this very moment: the next probe asks the new one.
            return false;
        }
    }

    private void LogFault(RedisScript script, string reason)
    {
        var last = Interlocked.Read(ref _faultLoggedAt);
        var now = _timeProvider.GetTimestamp();
        if ((last == 0 || _timeProvider.GetElapsedTime(last, now) > FaultLogInterval)
            && Interlocked.CompareExchange(ref _faultLoggedAt, now, last) == last)
        {
            ScriptFails(script.Name, reason);
        }
    }

    [LoggerMessage(282, LogLevel.Critical, "{Script} is broken, or the keys that it uses are: {Reason}")]
    private partial void ScriptFails(string script, string reason);
}
