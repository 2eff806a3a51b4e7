using BenchmarkDotNet.Attributes;
using Gateway.Benchmarks.Servers;
using Gateway.Benchmarks.Usage;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Storage;
using Npgsql;

namespace Gateway.Benchmarks.Processor;

/// <summary>
/// What an event costs on its way into the staging table of a real PostgreSQL, 5,000 a transaction, encoding included. The transaction
/// is rolled back, which costs next to nothing: what happens after COPY is measured by <c>loadtests ingest</c>.
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class CopyBenchmarks
{
    private const int Batch = 5_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private OwnServers _servers = null!;
    private ReceivedMessage[] _messages = [];
    private NpgsqlDataSource _dataSource = null!;
    private NpgsqlConnection _connection = null!;

    /// <summary>Starts PostgreSQL.</summary>
    [GlobalSetup]
    public void Connect() => ConnectAsync().GetAwaiter().GetResult();

    /// <summary>Stops it.</summary>
    [GlobalCleanup]
    public void Stop()
    {
        _connection.Dispose();
        _dataSource.Dispose();
        _servers.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>An event.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public async Task CopyAsync()
    {
        await using var transaction = await _connection.BeginTransactionAsync();
        await EventCopy.WriteAsync(_connection, _messages, 0, Batch, Timeout, CancellationToken.None);
        await transaction.RollbackAsync();
    }

    private async Task ConnectAsync()
    {
        _servers = OwnServers.New();
        _messages = Array.ConvertAll(SampleMessages.Mint(Batch), static message => ReceivedMessage.Read(partition: 0, offset: 1, key: null, message));
        var (_, connectionString) = await _servers.StartDatabaseAsync(durable: true);
        _dataSource = NpgsqlDataSource.Create(connectionString);
        _connection = await _dataSource.OpenConnectionAsync();
        await using var prepare = new NpgsqlCommand(Statements.PrepareConnection(Timeout), _connection);
        await prepare.ExecuteNonQueryAsync();
    }
}
