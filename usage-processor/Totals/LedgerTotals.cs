using System.Runtime.InteropServices;
using Gateway.UsageProcessor.Consuming;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.UsageProcessor.Totals;

/// <summary>
/// What events add to the ledger if all of them are new, as nearly always: to total them here spares PostgreSQL a third of its
/// work. Whether they are, it alone knows; it totals by itself what is not a copy where they are not all.
/// </summary>
internal static class LedgerTotals
{
    /// <summary>
    /// The parameters of <see cref="Storage.Statements.InsertEvents"/>: how many events, and their totals, a row for each key.
    /// </summary>
    /// <param name="messages">Messages with an event.</param>
    /// <param name="start">The first of them that counts.</param>
    /// <param name="count">How many count.</param>
    public static NpgsqlParameter[] Parameters(IReadOnlyList<ReceivedMessage> messages, int start, int count)
    {
        var totals = Of(messages, start, count);
        return
        [
            new() { Value = (long)count },
            Array(NpgsqlDbType.Uuid, static total => total.Key.OrganizationId),
            Array(NpgsqlDbType.Uuid, static total => total.Key.ApiKeyId),
            Array(NpgsqlDbType.Text, static total => total.Key.Route),
            Array(NpgsqlDbType.TimestampTz, static total => total.Key.Hour),
            Array(NpgsqlDbType.Bigint, static total => total.Value.Requests),
            Array(NpgsqlDbType.Bigint, static total => total.Value.BillableRequests),
            Array(NpgsqlDbType.Numeric, static total => total.Value.BillableUnits),
            Array(NpgsqlDbType.Numeric, static total => total.Value.RequestBytes),
            Array(NpgsqlDbType.Numeric, static total => total.Value.ResponseBytes),
        ];

        NpgsqlParameter Array<T>(NpgsqlDbType element, Func<KeyValuePair<LedgerKey, LedgerTotal>, T> value) =>
            new() { Value = totals.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | element };
    }

    private static Dictionary<LedgerKey, LedgerTotal> Of(IReadOnlyList<ReceivedMessage> messages, int start, int count)
    {
        var totals = new Dictionary<LedgerKey, LedgerTotal>();
        for (var index = start; index < start + count; index++)
        {
            var usageEvent = messages[index].Event!;
            CollectionsMarshal.GetValueRefOrAddDefault(totals, LedgerKey.Of(usageEvent), out _).Add(usageEvent);
        }

        return totals;
    }
}
