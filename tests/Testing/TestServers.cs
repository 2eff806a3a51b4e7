using Gateway.Database.Running;
using Gateway.LocalStack.Servers;
using Npgsql;
using Xunit;

namespace Gateway.Testing;

/// <summary>
/// The real servers of one test assembly (an assembly fixture), each started when the first test asks for it,
/// on free ports and in a temporary folder. Tests share them and never each other's data: everybody makes a
/// database, organization or topic of their own. A test that stops or freezes a server starts one of its own.
/// </summary>
public sealed class TestServers : IAsyncLifetime
{
    private const string TemplateDatabase = "migrated";

    private readonly TemporaryDirectory _directory = new();
    private readonly SemaphoreSlim _starting = new(1);
    private PostgresServer? _postgres;
    private RedisServer? _redis;
    private EmbeddedBroker? _embeddedBroker;
    private ApacheKafka? _apacheKafka;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public Task<PostgresServer> PostgresAsync() => OnceAsync(() => _postgres, async () => _postgres = await StartPostgresAsync());

    public Task<RedisServer> RedisAsync() => OnceAsync(
        () => _redis, async () => _redis = await RedisServer.StartAsync(_directory.Combine("redis"), FreePort.Next(), default));

    public Task<EmbeddedBroker> EmbeddedBrokerAsync() => OnceAsync(
        () => _embeddedBroker, () => Task.FromResult(_embeddedBroker = EmbeddedBroker.Start()));

    /// <summary>A real Kafka; the test is skipped where <c>KAFKA_HOME</c> is not set.</summary>
    public Task<ApacheKafka> ApacheKafkaAsync()
    {
        Assert.SkipWhen(ApacheKafka.Home is null, $"{ApacheKafka.HomeVariable} is not set to an unpacked Apache Kafka");
        return OnceAsync(
            () => _apacheKafka,
            async () => _apacheKafka = await ApacheKafka.StartAsync(
                ApacheKafka.Home!, _directory.Combine("kafka"), FreePort.Next(), FreePort.Next(), default));
    }

    /// <summary>A new database with the whole schema; answers its URL.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var postgres = await PostgresAsync();
        var name = $"test_{Guid.NewGuid():N}";
        await postgres.CreateDatabaseAsync(name, TemplateDatabase, default);
        return postgres.Url(name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in (IAsyncDisposable?[])[_apacheKafka, _embeddedBroker, _redis, _postgres])
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        _starting.Dispose();
        _directory.Dispose();
    }

    private async Task<PostgresServer> StartPostgresAsync()
    {
        var postgres = await PostgresServer.StartAsync(_directory.Combine("postgres"), FreePort.Next(), durable: false, default);
        await postgres.CreateDatabaseAsync(TemplateDatabase, default);
        await new MigrationRunner(postgres.ConnectionString(TemplateDatabase) + ";Pooling=false", Migration.All).UpAsync(default);

        // TimescaleDB's workers would sit in it, and a database is copied only while nobody does.
        await using var administrator = new NpgsqlConnection(postgres.ConnectionString("postgres") + ";Pooling=false");
        await administrator.OpenAsync();
        await using var close = new NpgsqlCommand(
            $"ALTER DATABASE {TemplateDatabase} ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{TemplateDatabase}'",
            administrator);
        await close.ExecuteNonQueryAsync();
        return postgres;
    }

    private async Task<T> OnceAsync<T>(Func<T?> current, Func<Task<T>> startAsync)
        where T : class
    {
        await _starting.WaitAsync();
        try
        {
            return current() ?? await startAsync();
        }
        finally
        {
            _starting.Release();
        }
    }
}
