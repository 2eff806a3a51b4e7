using Gateway.Contracts.Usage;
using Gateway.UsageProcessor.Consuming;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.UsageProcessor.Storage;

/// <summary>Streams events into the staging table in PostgreSQL's binary format.</summary>
internal static class EventCopy
{
    public static async Task WriteAsync(
        NpgsqlConnection connection,
        IReadOnlyList<ReceivedMessage> messages,
        int start,
        int count,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(Statements.CopyEvents, cancellationToken);
        copy.Timeout = timeout;
        for (var index = start; index < start + count; index++)
        {
            await WriteRowAsync(copy, messages[index].Event!, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task WriteRowAsync(NpgsqlBinaryImporter copy, UsageEvent row, CancellationToken cancellationToken)
    {
        // In the order of Statements.CopyEvents.
        await copy.StartRowAsync(cancellationToken);
        await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteAsync(row.Time, NpgsqlDbType.TimestampTz, cancellationToken);
        await copy.WriteAsync(row.Source, NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(row.Sequence, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(row.OrganizationId, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteAsync(row.ApiKeyId, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteAsync(row.RequestId, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteAsync(row.Route, NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(row.Method, NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(row.Path, NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync((short)row.Status, NpgsqlDbType.Smallint, cancellationToken);
        await copy.WriteAsync(UsageOutcomeNames.Of(row.Outcome), NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(row.Billable, NpgsqlDbType.Boolean, cancellationToken);
        await copy.WriteAsync(row.Units, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(row.DurationMicroseconds, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(row.BackendMicroseconds, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(row.RequestBytes, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(row.ResponseBytes, NpgsqlDbType.Bigint, cancellationToken);
    }
}
