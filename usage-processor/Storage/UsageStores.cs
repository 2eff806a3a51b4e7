using Gateway.UsageProcessor.Consuming;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// Two connections, so that a batch is taken to the database while the one before it is being stored. Transactions follow each other
/// all the same, and what the fence expects of one is what the one before it has written. Where one connection is lost the
/// other is believed no more.
/// </summary>
internal sealed class UsageStores(NpgsqlDataSource dataSource, ConsumerOptions consumer, StorageOptions options) : IAsyncDisposable
{
    public UsageStore First { get; } = new(dataSource, consumer, options);

    public UsageStore Second { get; } = new(dataSource, consumer, options);

    /// <summary>Where each partition goes on. Gives up what is staged, and connects both anew where one has no connection.</summary>
    public async Task<StoredOffsets> ReadOffsetsAsync(int[] partitions, CancellationToken cancellationToken)
    {
        var areConnected = await First.UnstageAsync() & await Second.UnstageAsync();
        if (!areConnected)
        {
            await DisposeAsync();
        }

        var offsets = await First.ReadOffsetsAsync(partitions, cancellationToken);
        await Second.ConnectAsync(cancellationToken);
        return offsets;
    }

    /// <summary>Closes both.</summary>
    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }
}
