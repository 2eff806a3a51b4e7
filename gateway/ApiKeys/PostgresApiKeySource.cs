using Dapper;
using Gateway.Contracts.ApiKeys;
using Gateway.RateLimiting;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Gateway.ApiKeys;

/// <summary>
/// Reads keys from PostgreSQL. When it fails again and again it is left alone for a moment (circuit breaker),
/// so that unknown keys are answered at once instead of after a timeout each.
/// </summary>
internal sealed partial class PostgresApiKeySource : IApiKeySource
{
    private const string Query =
        """
        SELECT key.id,
               key.organization_id,
               least(key.expires_at, key.revoked_at) AS usable_until,
               minute.limit_units AS minute_limit,
               minute.burst_units AS minute_burst,
               day.limit_units AS day_limit,
               day.burst_units AS day_burst
        FROM api_keys AS key
        JOIN organizations AS organization ON organization.id = key.organization_id AND organization.status = 'active'
        LEFT JOIN rate_limit_configs AS minute ON minute.organization_id = key.organization_id AND minute.period = 'minute'
        LEFT JOIN rate_limit_configs AS day ON day.organization_id = key.organization_id AND day.period = 'day'
        WHERE key.key_hash = @hash
        """;

    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _dataSource;
    private readonly RateLimitOptions _rateLimitDefaults;
    private readonly ILogger<PostgresApiKeySource> _logger;
    private readonly ResiliencePipeline _pipeline;

    public PostgresApiKeySource(
        NpgsqlDataSource dataSource,
        ApiKeyOptions options,
        RateLimitOptions rateLimitDefaults,
        TimeProvider timeProvider,
        ILogger<PostgresApiKeySource> logger)
    {
        _dataSource = dataSource;
        _rateLimitDefaults = rateLimitDefaults;
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 4,
                SamplingDuration = TimeSpan.FromSeconds(5),
                BreakDuration = BreakDuration,
                ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>().Handle<TimeoutRejectedException>(),
                OnOpened = outcome =>
                {
                    KeysUnreadable(outcome.Outcome.Exception?.Message);
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    KeysReadableAgain();
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(options.QueryTimeout)
            .Build();
    }

    public async Task<ApiKey?> ReadAsync(ApiKeyHash hash)
    {
        try
        {
            // Not even the cancellation is waited for: the driver takes its time with a server that hangs.
            var row = await _pipeline.ExecuteAsync(
                async cancellationToken => await QueryAsync(hash, cancellationToken).WaitAsync(cancellationToken), CancellationToken.None);
            return row is null ? null : ToKey(row);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutRejectedException or BrokenCircuitException)
        {
            throw new ApiKeySourceUnavailableException(exception);
        }
    }

    private async Task<Row?> QueryAsync(ApiKeyHash hash, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Row>(
            new CommandDefinition(Query, new { hash = hash.ToArray() }, cancellationToken: cancellationToken));
    }

    private ApiKey ToKey(Row row) => new(
        row.id,
        row.organization_id,
        row.usable_until is { } end ? new DateTimeOffset(end, TimeSpan.Zero) : null,
        RateLimitPolicy.Create(
            row.organization_id,
            perMinute: row.minute_limit is null ? _rateLimitDefaults.PerMinute : new BucketSize(row.minute_limit.Value, row.minute_burst!.Value),
            perDay: row.day_limit is null ? _rateLimitDefaults.PerDay : new BucketSize(row.day_limit.Value, row.day_burst!.Value)));

    [LoggerMessage(200, LogLevel.Error, "API keys cannot be read from PostgreSQL, known keys go on working: {Reason}")]
    private partial void KeysUnreadable(string? reason);

    [LoggerMessage(201, LogLevel.Information, "API keys can be read from PostgreSQL again")]
    private partial void KeysReadableAgain();

    // Dapper fills it by the columns' names.
#pragma warning disable IDE1006
    private sealed record Row(
        Guid id, Guid organization_id, DateTime? usable_until, long? minute_limit, long? minute_burst, long? day_limit, long? day_burst);
#pragma warning restore IDE1006
}
