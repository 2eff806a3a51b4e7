namespace Gateway.Quotas;

/// <summary>What is used of a quota in one month, and which alerts this gateway has raised for it. Thread-safe.</summary>
internal sealed class QuotaUse(QuotaMonth month, long units)
{
    private static readonly int[] Thresholds = [80, 100];

    // The last one is never reached.
    private readonly long[] _alertsAt = [UnitsAt(Thresholds[0], units), UnitsAt(Thresholds[1], units), long.MaxValue];
    private int _raised;
    private long _used;

    public QuotaMonth Month => month;

    /// <summary>Units that may be used in the month.</summary>
    public long Units => units;

    /// <summary>Units that were used by the last answer of Redis.</summary>
    public long Used
    {
        get => Volatile.Read(ref _used);
        set => Volatile.Write(ref _used, value);
    }

    /// <summary>Takes the next threshold, in percent, if it is reached and nobody has taken it yet. Costs a comparison if not.</summary>
    public bool TryTakeThreshold(long used, out int threshold)
    {
        var raised = Volatile.Read(ref _raised);
        while (used >= _alertsAt[raised])
        {
            var found = Interlocked.CompareExchange(ref _raised, raised + 1, raised);
            if (found == raised)
            {
                threshold = Thresholds[raised];
                return true;
            }

            raised = found;
        }

        threshold = 0;
        return false;
    }

    // Rounded up: 80 % of one unit are reached with the first. The largest quota times 100 is far below 2⁶³.
    private static long UnitsAt(int threshold, long units) => ((units * threshold) + 99) / 100;
}
