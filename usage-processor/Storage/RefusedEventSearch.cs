using Gateway.UsageProcessor.Consuming;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>Bisects a batch inside one transaction, with a savepoint around each part.</summary>
internal sealed class RefusedEventSearch(
    NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<ReceivedMessage> events, TimeSpan timeout)
{
    private const string Savepoint = "part";

    private readonly List<RefusedEvent> _refused = [];

    /// <summary>Answers the culprits in their order. The caller rolls the transaction back.</summary>
    public async Task<List<RefusedEvent>> RunAsync(CancellationToken cancellationToken)
    {
        await SearchAsync(0, events.Count, cancellationToken);
        return _refused;
    }

    private async Task SearchAsync(int start, int count, CancellationToken cancellationToken)
    {
        if (await RefusalOfAsync(start, count, cancellationToken) is not { } refusal)
        {
            return;
        }

        if (count == 1)
        {
            _refused.Add(new RefusedEvent(events[start], refusal));
            return;
        }

        var half = count / 2;
        await SearchAsync(start, half, cancellationToken);
        await SearchAsync(start + half, count - half, cancellationToken);
    }

    private async Task<string?> RefusalOfAsync(int start, int count, CancellationToken cancellationToken)
    {
        await transaction.SaveAsync(Savepoint, cancellationToken);
        try
        {
            await EventCopy.WriteAsync(connection, events, start, count, timeout, cancellationToken);
            await UsageStore.InsertEventsAsync(connection, events, start, count, cancellationToken);
        }
        catch (PostgresException exception) when (RefusedEvent.IsCauseOf(exception))
        {
            await transaction.RollbackAsync(Savepoint, cancellationToken);
            return RefusedEvent.ReasonOf(exception);
        }

        await using var command = new NpgsqlCommand(Statements.ClearStaging, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.ReleaseAsync(Savepoint, cancellationToken);
        return null;
    }
}
