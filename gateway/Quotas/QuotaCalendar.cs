namespace Gateway.Quotas;

/// <summary>The running month of a zone, kept until it is over: what a request costs is two comparisons. Thread-safe.</summary>
internal sealed class QuotaCalendar(TimeZoneInfo zone)
{
    // An object, so that nobody reads half of one month and half of the next.
    private Current? _current;

    /// <summary>The month that a moment lies in.</summary>
    public QuotaMonth At(DateTimeOffset now)
    {
        var current = Volatile.Read(ref _current);
        if (current is null || !current.Month.Contains(now))
        {
            current = new Current(QuotaMonth.At(now, zone));
            Volatile.Write(ref _current, current);
        }

        return current.Month;
    }

    private sealed class Current(QuotaMonth month)
    {
        public QuotaMonth Month { get; } = month;
    }
}
