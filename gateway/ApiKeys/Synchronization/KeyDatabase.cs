using Npgsql;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>
/// PostgreSQL for keeping the keys in step: connections of their own, so that a flood of look-ups of unknown keys, which
/// may use up the others, cannot keep a revocation waiting.
/// </summary>
/// <remarks>
/// No query here gets a cancellation token. Npgsql answers one by asking the server to cancel, on the thread that cancels, and
/// with a server that hangs that thread hangs too. What has to go on without the answer goes on (WaitAsync); the query ends by
/// its own timeout.
/// </remarks>
internal sealed class KeyDatabase(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    /// <summary>Listening, following, refreshing, recording use.</summary>
    public const int MaximumConnections = 4;

    public ValueTask<NpgsqlConnection> OpenAsync() => dataSource.OpenConnectionAsync();

    public ValueTask DisposeAsync() => dataSource.DisposeAsync();
}
