using System.Diagnostics;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Stack;

/// <summary>Whether the bill is what customers saw: each request that was answered by the backend is stored as billable, once.</summary>
internal static class UsageCheck
{
    // Without anything new.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Stops the gateway, waits until all that it has seen is stored, and counts.</summary>
    public static async Task<UsageStats> CountAsync(LoadStack stack, LoadClient client, CancellationToken cancellationToken)
    {
        var atBackend = await stack.CountAtBackendAsync(cancellationToken);
        await stack.Gateway.StopAsync();
        var answered = client.AnsweredByBackend;
        var stored = await WaitAsync(stack, answered, cancellationToken);
        return new UsageStats(answered, client.Unanswered, stored.BillableRows, stored.LedgerBillable, atBackend);
    }

    /// <summary>What has to hold: no difference, but for requests whose answers nobody saw.</summary>
    public static IReadOnlyList<Threshold> Thresholds(UsageStats usage)
    {
        return
        [
            Difference("billable rows too many or too few", usage.BillableRows),
            Difference("billable requests too many or too few in the ledger", usage.BillableInLedger),
            Difference("requests too many or too few at the backend", usage.AtBackend),
        ];

        Threshold Difference(string name, long counted) => new(name, "requests", usage.Unanswered, _ => Math.Abs(counted - usage.Answered));
    }

    private static async Task<StoredUsage> WaitAsync(LoadStack stack, long answered, CancellationToken cancellationToken)
    {
        for (var (last, since) = (-1L, Stopwatch.GetTimestamp()); ;)
        {
            var usage = await stack.ReadStoredAsync(cancellationToken);
            if (usage.Rows != last)
            {
                (last, since) = (usage.Rows, Stopwatch.GetTimestamp());
            }

            if (usage.LedgerBillable >= answered || Stopwatch.GetElapsedTime(since) > Patience)
            {
                return usage;
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }
}
