using System.Diagnostics;
using Gateway.Database.Running;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>A PostgreSQL that a test may kill and freeze. It keeps what it has acknowledged.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private const string DatabaseName = "analytics";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _frozen = [];
    private PostgresServer _server = null!;

    public UsageDatabase Database => new(_server.Url(DatabaseName));

    public static async Task<OwnPostgres> StartAsync()
    {
        var postgres = new OwnPostgres();
        postgres._server = await PostgresServer.StartAsync(
            postgres._directory.Combine("postgres"), FreePort.Next(), durable: true, default);
        await postgres._server.CreateDatabaseAsync(DatabaseName, default);
        await new MigrationRunner(postgres._server.ConnectionString(DatabaseName) + ";Pooling=false", Migration.All).UpAsync(default);
        return postgres;
    }

    public Task KillAsync() => _server.Process.KillAsync();

    public Task RestartAsync() => _server.StartProcessAsync(default);

    /// <summary>The server and every session stop where they are; connections stay open and nothing answers.</summary>
    public async Task FreezeAsync()
    {
        var sessions = await Database.RowsAsync("SELECT pid::text FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
        _frozen.AddRange([$"{_server.Process.Id}", .. sessions.Select(row => (string)row[0]!)]);
        await SignalAsync("STOP");
    }

    public async Task ThawAsync()
    {
        await SignalAsync("CONT");
        _frozen.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_frozen.Count > 0)
        {
            await ThawAsync();
        }

        await _server.DisposeAsync();
        _directory.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. _frozen]);
        await kill.WaitForExitAsync();
    }
}
