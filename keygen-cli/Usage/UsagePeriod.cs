namespace Gateway.Keygen.Usage;

/// <summary>Whole hours in UTC, as the ledger keeps them.</summary>
/// <param name="From">The first hour, included.</param>
/// <param name="To">The end, not included.</param>
internal sealed record UsagePeriod(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>
    /// Fills in what was not asked for: a period ends with the current calendar month and starts with the calendar
    /// month that it ends in. Answers <c>null</c> where it would end before it has begun.
    /// </summary>
    public static UsagePeriod? Of(DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now)
    {
        var end = to ?? StartOfMonth(now).AddMonths(1);
        var start = from ?? StartOfMonth(end.AddTicks(-1));
        return start < end ? new UsagePeriod(start, end) : null;
    }

    private static DateTimeOffset StartOfMonth(DateTimeOffset time) => new(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
}
