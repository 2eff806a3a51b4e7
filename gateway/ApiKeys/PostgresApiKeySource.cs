using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Synchronization;
using Gateway.Contracts.ApiKeys;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Gateway.ApiKeys;

/// <summary>
/// Reads single keys from PostgreSQL. When it fails again and again it is left alone for a moment (circuit breaker),
/// so that unknown keys are answered at once instead of after a timeout each.
/// </summary>
internal sealed partial class PostgresApiKeySource : IApiKeySource
{
    /// <summary>
    /// A look-up takes less than a millisecond, so these are thousands a second. A new connection takes several of both processors:
    /// with more of them a flood of unknown keys would have everybody wait for handshakes, and use up the server's <c>max_connections</c>.
    /// </summary>
    public const int MaximumConnections = 8;

    // One statement, so that the version and the key are of the same moment.
    private const string Query =
        $"""
        SELECT configuration_version.version, {KeyColumns.OfKey}, {KeyColumns.OfOrganization}
        FROM configuration_version
        LEFT JOIN (api_keys AS key JOIN ({KeyColumns.Organizations}) ON organization.id = key.organization_id) ON key.key_hash = $1
        """;

    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _dataSource;
    private readonly KeyColumns _columns;
    private readonly ILogger<PostgresApiKeySource> _logger;
    private readonly ResiliencePipeline _pipeline;

    public PostgresApiKeySource(
        NpgsqlDataSource dataSource,
        KeyColumns columns,
        ApiKeyOptions options,
        TimeProvider timeProvider,
        ILogger<PostgresApiKeySource> logger)
    {
        _dataSource = dataSource;
        _columns = columns;
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

    public async Task<KeyAnswer> ReadAsync(ApiKeyHash hash)
    {
        try
        {
            // The query ends by its own timeout and is not cancelled: Npgsql would ask the server to, on the thread that cancels,
            // and while a server hangs each such thread would hang with it.
            return await _pipeline.ExecuteAsync(
                async cancellationToken => await QueryAsync(hash).WaitAsync(cancellationToken), CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Whatever kept the answer away, a row that cannot be read too: it is no "no".
            throw new ApiKeySourceUnavailableException(exception);
        }
    }

    private async Task<KeyAnswer> QueryAsync(ApiKeyHash hash)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Query, connection) { Parameters = { new() { Value = hash.ToArray() } } };
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            throw new NpgsqlException("the table configuration_version is empty; it must have its one row");
        }

        var version = reader.GetInt64(0);
        if (await reader.IsDBNullAsync(1))
        {
            return new KeyAnswer(version, Key: null, Organization: null);
        }

        var key = _columns.ReadKey(reader, first: 1);
        return key.IsUsable
            ? new KeyAnswer(version, key, _columns.ReadOrganization(reader, first: 1 + KeyColumns.CountOfKey))
            : new KeyAnswer(version, Key: null, Organization: null);
    }

    [LoggerMessage(200, LogLevel.Error, "API keys cannot be read from PostgreSQL, known keys go on working: {Reason}")]
    private partial void KeysUnreadable(string? reason);

    [LoggerMessage(201, LogLevel.Information, "API keys can be read from PostgreSQL again")]
    private partial void KeysReadableAgain();
}
