using Npgsql;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>
/// PostgreSQL for keeping the keys in step: connections of their own, so that a flood of look-ups of unknown keys, which
/// may use up the others, cannot keep a revocation waiting.
/// </summary>
internal sealed class KeyDatabase(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    /// <summary>Listening, following, refreshing, recording use.</summary>
    public const int MaximumConnections = 4;

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => dataSource.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => dataSource.DisposeAsync();
}
