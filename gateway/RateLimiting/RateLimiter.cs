using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace Gateway.RateLimiting;

/// <summary>
/// Redis decides; while it cannot, this gateway decides by itself. Never an error, never more than the timeout of delay,
/// and once Redis has failed a few times it is not asked for a moment (circuit breaker).
/// </summary>
internal sealed partial class RateLimiter
{
    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(1);

    private readonly RedisRateLimiter _redis;
    private readonly LocalRateLimiter _local;
    private readonly TimeSpan _timeout;
    private readonly ILogger<RateLimiter> _logger;
    private readonly ResiliencePipeline<RateLimitDecision> _pipeline;

    public RateLimiter(
        RedisRateLimiter redis, LocalRateLimiter local, RateLimitOptions options, TimeProvider timeProvider, ILogger<RateLimiter> logger)
    {
        _redis = redis;
        _local = local;
        _timeout = options.RedisTimeout;
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder<RateLimitDecision> { TimeProvider = timeProvider }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<RateLimitDecision>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 4,
                SamplingDuration = TimeSpan.FromSeconds(1),
                BreakDuration = BreakDuration,
                ShouldHandle = new PredicateBuilder<RateLimitDecision>().Handle<RedisException>().Handle<TimeoutException>(),
                OnOpened = outcome =>
                {
                    DecidingLocally(outcome.Outcome.Exception?.Message);
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    DecidingInRedis();
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Takes one unit from every bucket of the policy, or from none.</summary>
    public async ValueTask<RateLimitDecision> DecideAsync(RateLimitPolicy policy)
    {
        try
        {
            // The client's asynchronous calls have no timeout of their own. An answer that comes too late is dropped:
            // what it took from the buckets is then lost to the organization, which errs on the safe side.
            var decision = await _pipeline.ExecuteAsync(
                static (state, token) => new ValueTask<RateLimitDecision>(state._redis.DecideAsync(state.policy).WaitAsync(state._timeout, token)),
                (_redis, policy, _timeout));
            _local.Observe(decision);
            return decision;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or BrokenCircuitException)
        {
            return _local.Decide(policy, cost: 1);
        }
    }

    [LoggerMessage(210, LogLevel.Error, "limits are enforced by this gateway alone, Redis cannot: {Reason}")]
    private partial void DecidingLocally(string? reason);

    [LoggerMessage(211, LogLevel.Information, "limits are enforced in Redis again")]
    private partial void DecidingInRedis();
}
