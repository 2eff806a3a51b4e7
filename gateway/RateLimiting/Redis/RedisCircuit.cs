using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>
/// Opens when Redis fails a few times within a second: then nobody asks it and nobody waits. Only a probe that succeeded
/// closes it again, so that no customer's request is spent on finding out.
/// </summary>
internal sealed partial class RedisCircuit
{
    private const double FailureRatio = 0.5;
    private const int FewestCalls = 4;
    private static readonly TimeSpan SamplingDuration = TimeSpan.FromSeconds(1);

    // As long as Polly allows: it is the probe that ends it.
    private static readonly TimeSpan BreakDuration = TimeSpan.FromDays(1);

    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline<RedisResult> _pipeline;
    private readonly ILogger _logger;
    private volatile bool _isOpen;

    public RedisCircuit(TimeProvider timeProvider, ILogger logger)
    {
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder<RedisResult> { TimeProvider = timeProvider }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<RedisResult>
            {
                FailureRatio = FailureRatio,
                MinimumThroughput = FewestCalls,
                SamplingDuration = SamplingDuration,
                BreakDuration = BreakDuration,
                ManualControl = _control,

                // A script that fails on its own account would fail the same way after every probe.
                ShouldHandle = new PredicateBuilder<RedisResult>().Handle<RedisUnavailableException>(static exception => !exception.IsScriptFault),
                OnOpened = outcome =>
                {
                    _isOpen = true;
                    Opened(outcome.Outcome.Exception?.Message);
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    _isOpen = false;
                    Closed();
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    public bool IsOpen => _isOpen;

    /// <summary>Makes the call and counts how it went; an open circuit answers at once.</summary>
    public ValueTask<Outcome<RedisResult>> ExecuteAsync<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<RedisResult>>> call, ResilienceContext context, TState state) =>
        _pipeline.ExecuteOutcomeAsync(call, context, state);

    /// <summary>A probe has succeeded.</summary>
    public Task CloseAsync() => _control.CloseAsync();

    [LoggerMessage(280, LogLevel.Error, "limits are enforced by this gateway alone, Redis cannot: {Reason}")]
    private partial void Opened(string? reason);

    [LoggerMessage(281, LogLevel.Information, "limits are enforced in Redis again")]
    private partial void Closed();
}
