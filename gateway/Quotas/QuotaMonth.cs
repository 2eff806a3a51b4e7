using System.Globalization;

namespace Gateway.Quotas;

/// <summary>
/// A calendar month of a time zone, as the moments between which it lies. Months follow each other without a gap or an
/// overlap, whatever the zone's clocks do at midnight: a month begins when they show its first day for the first time.
/// </summary>
internal readonly record struct QuotaMonth
{
    // What is late (events, requests that run over midnight) still finds the counter of its month.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(8);

    // No zone is further from UTC than 14 hours.
    private static readonly TimeSpan FurtherThanAnyOffset = TimeSpan.FromHours(15);

    private QuotaMonth(DateTime first, DateTimeOffset start, DateTimeOffset end)
    {
        Name = first.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        Start = start;
        End = end;
    }

    /// <summary>The year and the month in it: <c>2026-11</c>.</summary>
    public string Name { get; }

    /// <summary>The first moment of it, in UTC.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The first moment after it, in UTC: when what is used up is there again.</summary>
    public DateTimeOffset End { get; }

    /// <summary>When the counter of this month may vanish.</summary>
    public DateTimeOffset ExpiresAt => End + KeptFor;

    /// <summary>The month that a moment lies in.</summary>
    public static QuotaMonth At(DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var first = new DateTime(local.Year, local.Month, 1);

        // Clocks that go back over midnight show the end of the old month again.
        if (now < StartOf(first, zone))
        {
            first = first.AddMonths(-1);
        }
        else if (now >= StartOf(first.AddMonths(1), zone))
        {
            first = first.AddMonths(1);
        }

        return new QuotaMonth(first, StartOf(first, zone), StartOf(first.AddMonths(1), zone));
    }

    /// <summary>Whether a moment lies in it; none lies in the default value.</summary>
    public bool Contains(DateTimeOffset moment) => moment >= Start && moment < End;

    private static DateTimeOffset StartOf(DateTime midnight, TimeZoneInfo zone)
    {
        // Midnight comes twice where clocks go back over it; the larger offset is the earlier one.
        var offset = zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight);
        var start = new DateTimeOffset(midnight, offset);
        return zone.GetUtcOffset(start) == offset ? start.ToUniversalTime() : FirstAfterSkipped(midnight, zone);
    }

    /// <summary>Midnight, or the whole day, is skipped where clocks go forward over it: the moment at which they do.</summary>
    private static DateTimeOffset FirstAfterSkipped(DateTime midnight, TimeZoneInfo zone)
    {
        var utc = new DateTimeOffset(midnight, TimeSpan.Zero);
        var (before, after) = (utc - FurtherThanAnyOffset, utc + FurtherThanAnyOffset);
        while (after - before > TimeSpan.FromTicks(1))
        {
            var middle = before + ((after - before) / 2);
            if (TimeZoneInfo.ConvertTime(middle, zone).DateTime < midnight)
            {
                before = middle;
            }
            else
            {
                after = middle;
            }
        }

        return after;
    }
}
