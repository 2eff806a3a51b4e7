namespace Gateway.LocalStack.Demo;

/// <summary>Rows of usage_events with the same outcome and status.</summary>
internal sealed record EventGroup(string Outcome, short Status, bool IsBillable, long Rows);

/// <summary>Sums over usage_ledger.</summary>
internal sealed record LedgerTotals(long Requests, long BillableRequests, long BillableUnits);

/// <summary>What the database has.</summary>
internal sealed record DatabaseTally(IReadOnlyList<EventGroup> Events, LedgerTotals Ledger)
{
    public long Rows => Events.Sum(group => group.Rows);

    public long BillableRows => Events.Where(group => group.IsBillable).Sum(group => group.Rows);

    public long RateLimitedRows => Events.Where(group => group.Outcome == "rate-limited").Sum(group => group.Rows);

    /// <summary>Every figure that differs from what the clients saw; none when both agree.</summary>
    public IReadOnlyList<string> DifferencesFrom(ClientTally client)
    {
        (string What, long Client, long Database)[] figures =
        [
            ("answered requests, by event", client.Metered, Rows),
            ("billable requests, by event", client.Billable, BillableRows),
            ("rate-limited requests, by event", client.RateLimited, RateLimitedRows),
            ("answered requests, by ledger", client.Metered, Ledger.Requests),
            ("billable requests, by ledger", client.Billable, Ledger.BillableRequests),
            ("billable units, by ledger", client.Billable, Ledger.BillableUnits),
        ];
        return figures
            .Where(figure => figure.Client != figure.Database)
            .Select(figure => $"{figure.What}: the clients saw {figure.Client}, the database has {figure.Database}")
            .ToList();
    }
}
