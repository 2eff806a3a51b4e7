using Gateway.Database.Running;
using Gateway.LocalStack.Servers;

namespace Gateway.Benchmarks.Servers;

/// <summary>The servers that a benchmark needs, each started when it is asked for; gone afterwards, with their data.</summary>
/// <remarks>BenchmarkDotNet does not await what sets a benchmark up in its own process: those that use this wait for it.</remarks>
internal sealed class OwnServers : IAsyncDisposable
{
    private const string Database = "benchmark";

    private readonly string _directory = ServerFolder.CreateTemporary("gateway-benchmarks-");
    private readonly Stack<IAsyncDisposable> _servers = new();

    private OwnServers()
    {
    }

    /// <summary>None yet.</summary>
    public static OwnServers New() => new();

    /// <summary>A folder for what else has to be gone afterwards.</summary>
    public string Folder(string name) => Path.Combine(_directory, name);

    public async Task<RedisServer> StartRedisAsync() => Add(await RedisServer.StartAsync(Folder("redis"), FreePort.Next(), CancellationToken.None));

    public EmbeddedBroker StartBroker() => Add(EmbeddedBroker.Start());

    /// <summary>A PostgreSQL with our schema; answers the database's URL and Npgsql's connection string.</summary>
    /// <param name="durable">Whether commits are synced to disk, as in production.</param>
    public async Task<(string Url, string ConnectionString)> StartDatabaseAsync(bool durable)
    {
        var postgres = Add(await PostgresServer.StartAsync(Folder("postgres"), FreePort.Next(), durable, CancellationToken.None));
        await postgres.CreateDatabaseAsync(Database, CancellationToken.None);
        await new MigrationRunner(postgres.ConnectionString(Database) + ";Pooling=false", Migration.All).UpAsync(CancellationToken.None);
        return (postgres.Url(Database), postgres.ConnectionString(Database));
    }

    public async ValueTask DisposeAsync()
    {
        while (_servers.TryPop(out var server))
        {
            await server.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private T Add<T>(T server)
        where T : IAsyncDisposable
    {
        _servers.Push(server);
        return server;
    }
}
