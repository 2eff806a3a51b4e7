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
    private readonly Lazy<Task<PostgresServer>> _postgres;
    private readonly Lazy<Task<RedisServer>> _redis;
    private readonly Lazy<EmbeddedBroker> _embeddedBroker = new(EmbeddedBroker.Start);
    private readonly Lazy<Task<ApacheKafka>> _apacheKafka;

    public TestServers()
    {
        // Each by itself: who needs PostgreSQL does not wait for somebody else's Kafka.
        _postgres = new(StartPostgresAsync);
        _redis = new(() => RedisServer.StartAsync(_directory.Combine("redis"), FreePort.Next(), default));
        _apacheKafka = new(() => ApacheKafka.StartAsync(ApacheKafka.Home!, _directory.Combine("kafka"), FreePort.Next(), FreePort.Next(), default));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public Task<PostgresServer> PostgresAsync() => _postgres.Value;

    public Task<RedisServer> RedisAsync() => _redis.Value;

    public Task<EmbeddedBroker> EmbeddedBrokerAsync() => Task.FromResult(_embeddedBroker.Value);

    /// <summary>A real Kafka; the test is skipped where <c>KAFKA_HOME</c> is not set.</summary>
    public Task<ApacheKafka> ApacheKafkaAsync()
    {
        Assert.SkipWhen(ApacheKafka.Home is null, $"{ApacheKafka.HomeVariable} is not set to an unpacked Apache Kafka");
        return _apacheKafka.Value;
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
        await Task.WhenAll(StopAsync(_apacheKafka), StopAsync(_redis), StopAsync(_postgres));
        if (_embeddedBroker.IsValueCreated)
        {
            await _embeddedBroker.Value.DisposeAsync();
        }

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

    private static async Task StopAsync<T>(Lazy<Task<T>> server)
        where T : IAsyncDisposable
    {
        // One that did not start has said so to the tests that asked for it.
        if (server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await server.Value).DisposeAsync();
        }
    }
}
