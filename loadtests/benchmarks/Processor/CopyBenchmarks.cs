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
public class CopyBenchmarks : IAsyncDisposable
{
    private const int Batch = 5_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly OwnServers _servers = new();
    private ReceivedMessage[] _messages = [];
    private NpgsqlConnection _connection = null!;

    /// <summary>Starts PostgreSQL.</summary>
    [GlobalSetup]
    public async Task ConnectAsync()
    {
        _messages = Array.ConvertAll(SampleMessages.Mint(Batch), static message => ReceivedMessage.Read(partition: 0, offset: 1, key: null, message));
        var (_, connectionString) = await _servers.StartDatabaseAsync(durable: true);
        _connection = new NpgsqlConnection(connectionString);
        await _connection.OpenAsync();
        await using var prepare = new NpgsqlCommand(Statements.PrepareConnection(Timeout), _connection);
        await prepare.ExecuteNonQueryAsync();
    }

    /// <summary>Stops it.</summary>
    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _servers.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An event.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public async Task CopyAsync()
    {
        await using var transaction = await _connection.BeginTransactionAsync();
        await EventCopy.WriteAsync(_connection, _messages, 0, Batch, Timeout, CancellationToken.None);
        await transaction.RollbackAsync();
    }
}
