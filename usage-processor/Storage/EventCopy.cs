using Gateway.UsageProcessor.Consuming;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>Streams events into the staging table in PostgreSQL's binary format.</summary>
internal static class EventCopy
{
    // PostgreSQL works on one portion while the next is made.
    private const int PortionBytes = 64 * 1024;

    public static async Task WriteAsync(
        NpgsqlConnection connection,
        IReadOnlyList<ReceivedMessage> messages,
        int start,
        int count,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var copy = await connection.BeginRawBinaryCopyAsync(Statements.CopyEvents, cancellationToken);
        copy.ReadTimeout = (int)timeout.TotalMilliseconds;
        copy.WriteTimeout = (int)timeout.TotalMilliseconds;
        var rows = new EventRows(PortionBytes);
        for (var index = start; index < start + count; index++)
        {
            rows.Add(messages[index].Event!);
            if (rows.Bytes.Length >= PortionBytes)
            {
                await copy.WriteAsync(rows.Bytes, cancellationToken);
                rows.Clear();
            }
        }

        rows.End();
        await copy.WriteAsync(rows.Bytes, cancellationToken);

        // Completes it, and throws what PostgreSQL has against the rows. Not after a failure: to dispose of it would complete
        // it too, with half of the rows, where the end of the transaction or of the connection gives it up.
        await copy.DisposeAsync();
    }
}
