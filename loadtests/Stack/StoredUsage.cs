namespace Gateway.LoadTests.Stack;

/// <summary>What the database has.</summary>
/// <param name="Rows">Of <c>usage_events</c>.</param>
/// <param name="BillableRows">Of these, the billable.</param>
/// <param name="LedgerRequests">What <c>usage_ledger</c> adds up to.</param>
/// <param name="LedgerBillable">The same, billable.</param>
internal sealed record StoredUsage(long Rows, long BillableRows, long LedgerRequests, long LedgerBillable)
{
    /// <summary>Whether each of so many answered and billable requests is there once.</summary>
    public bool Is(long answered) => Rows == answered && BillableRows == answered && LedgerRequests == answered && LedgerBillable == answered;
}
