using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Totals;

/// <summary>What events add to one row of <c>usage_ledger</c>. Decimal, since PostgreSQL is to say what is too much for a row.</summary>
internal struct LedgerTotal
{
    public long Requests { get; private set; }

    public long BillableRequests { get; private set; }

    public decimal BillableUnits { get; private set; }

    public decimal RequestBytes { get; private set; }

    public decimal ResponseBytes { get; private set; }

    public void Add(UsageEvent usageEvent)
    {
        Requests++;
        if (usageEvent.Billable)
        {
            BillableRequests++;
            BillableUnits += usageEvent.Units;
        }

        RequestBytes += usageEvent.RequestBytes;
        ResponseBytes += usageEvent.ResponseBytes;
    }
}
