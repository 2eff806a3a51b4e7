using Gateway.Database.Running;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Running;

/// <summary>A run of migrations that stands still, holding the migration lock, until it is let go.</summary>
internal sealed class BlockedRun : IAsyncDisposable
{
    private readonly NpgsqlConnection _gate;
    private readonly Task _run;

    private BlockedRun(NpgsqlConnection gate, Task run)
    {
        _gate = gate;
        _run = run;
    }

    public static Migration[] Migrations { get; } = [new(1, "gated", "SELECT pg_advisory_xact_lock(4711);", "SELECT 1;")];

    public static async Task<BlockedRun> StartAsync(TestDatabase database)
    {
        var gate = await database.ConnectAsync();
        await using (var command = new NpgsqlCommand("SELECT pg_advisory_lock(4711)", gate))
        {
            await command.ExecuteNonQueryAsync();
        }

        var blocked = new BlockedRun(gate, database.Runner(Migrations).UpAsync(default));
        await Eventually.IsTrueAsync(
            () => database.ReadAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%xact_lock(4711)%' AND wait_event = 'advisory' AND datname = current_database())"),
            "the first run stands at the gate");
        return blocked;
    }

    public async Task OpenAsync()
    {
        await _gate.CloseAsync();
        await _run;
    }

    public async ValueTask DisposeAsync()
    {
        await OpenAsync();
        await _gate.DisposeAsync();
    }
}
