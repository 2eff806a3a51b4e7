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
    /// A query takes less than a millisecond, so these are thousands a second. A new connection takes several of both processors:
    /// with more of them a flood of unknown keys would have everybody wait for handshakes, and use up the server's <c>max_connections</c>.
    /// What comes while all are busy is put together, see <see cref="LookupQueue"/>.
    /// </summary>
    public const int MaximumConnections = 8;

    private const int MaximumKeysOfQuery = 100;

    // One statement, so that the version and the keys are of the same moment. Without a key it has one row all the same.
    private const string Query =
        $"""
        SELECT configuration_version.version, {KeyColumns.OfKey}, {KeyColumns.OfOrganization}
        FROM configuration_version
        LEFT JOIN (api_keys AS key JOIN ({KeyColumns.Organizations}) ON organization.id = key.organization_id) ON key.key_hash = ANY ($1)
        """;

    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _dataSource;
    private readonly KeyColumns _columns;
    private readonly ILogger<PostgresApiKeySource> _logger;
    private readonly TimeSpan _timeout;
    private readonly ResiliencePipeline _pipeline;
    private readonly LookupQueue _queue;

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
        _timeout = options.QueryTimeout;
        _queue = new LookupQueue(AskAsync, MaximumConnections, MaximumKeysOfQuery);
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
            return await _queue.ReadAsync(hash, _timeout);
        }
        catch (Exception exception)
        {
            // Whatever kept the answer away, a row that cannot be read too: it is no "no".
            throw new ApiKeySourceUnavailableException(exception);
        }
    }

    // The query ends by its own timeout and is not cancelled: Npgsql would ask the server to, on the thread that cancels,
    // and while a server hangs each such thread would hang with it.
    private async Task<IReadOnlyDictionary<ApiKeyHash, KeyAnswer>> AskAsync(IReadOnlyList<ApiKeyHash> hashes) =>
        await _pipeline.ExecuteAsync(
            async cancellationToken => await QueryAsync(hashes).WaitAsync(cancellationToken), CancellationToken.None);

    private async Task<IReadOnlyDictionary<ApiKeyHash, KeyAnswer>> QueryAsync(IReadOnlyList<ApiKeyHash> hashes)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Query, connection)
        {
            Parameters = { new() { Value = hashes.Select(static hash => hash.ToArray()).ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            throw new NpgsqlException("the table configuration_version is empty; it must have its one row");
        }

        var version = reader.GetInt64(0);
        var answers = hashes.ToDictionary(static hash => hash, _ => new KeyAnswer(version, Key: null, Organization: null));
        if (await reader.IsDBNullAsync(1))
        {
            return answers;
        }

        do
        {
            var key = _columns.ReadKey(reader, first: 1);
            if (key.IsUsable)
            {
                answers[key.Hash] = new KeyAnswer(version, key, _columns.ReadOrganization(reader, first: 1 + KeyColumns.CountOfKey));
            }
        }
        while (await reader.ReadAsync());
        return answers;
    }

    [LoggerMessage(200, LogLevel.Error, "API keys cannot be read from PostgreSQL, known keys go on working: {Reason}")]
    private partial void KeysUnreadable(string? reason);

    [LoggerMessage(201, LogLevel.Information, "API keys can be read from PostgreSQL again")]
    private partial void KeysReadableAgain();
}
