namespace Gateway.Keygen.Arguments;

/// <summary>What an operator may write for a time: a moment, or a day or month that begins at one. All in UTC, so no day is shorter than another.</summary>
/// <param name="Start">The moment, or when the day or month begins. Where a time is asked for, this is meant.</param>
/// <param name="End">When the day or month ends, itself not included; the moment itself.</param>
/// <param name="IsRelative">Whether it counts from now, so that its minutes and seconds are chance and may be rounded.</param>
internal sealed record TimeExpression(DateTimeOffset Start, DateTimeOffset End, bool IsRelative = false)
{
    /// <summary>What <see cref="TryRead"/> takes, for help and messages.</summary>
    public const string Forms = TimeText.TimeForms + ", 2027-01 (when that month begins), now, today, yesterday, or so long ago: 24h, 90d";

    /// <summary>What <see cref="TryReadWhole"/> takes, for help and messages.</summary>
    public const string WholeForms = "2027-01, 2027-01-31, today or yesterday";

    /// <summary>Whether it lasts: a day or a month.</summary>
    private bool IsWhole => Start < End;

    /// <summary>Answers <c>null</c> where the text is no time, or one that no row of ours can have.</summary>
    public static TimeExpression? TryRead(string text, DateTimeOffset now)
    {
        switch (text)
        {
            case "now":
                return new TimeExpression(now, now, IsRelative: true);
            case "today":
                return Day(StartOfDay(now));
            case "yesterday":
                return Day(StartOfDay(now).AddDays(-1));
        }

        if (TimeText.TryParseDuration(text, out var ago))
        {
            var then = now - ago;
            return then >= TimeText.Earliest ? new TimeExpression(then, then, IsRelative: true) : null;
        }

        if (TimeText.TryParseMonth(text, out var month))
        {
            return new TimeExpression(month, IsLastMonth(month) ? month : month.AddMonths(1));
        }

        return TimeText.TryParseTime(text, out var time)
            ? TimeText.IsDay(text) ? Day(time) : new TimeExpression(time, time)
            : null;
    }

    /// <summary>Only a day or a month, from its beginning to its end.</summary>
    public static TimeExpression? TryReadWhole(string text, DateTimeOffset now) => TryRead(text, now) is { IsWhole: true } whole ? whole : null;

    private static TimeExpression Day(DateTimeOffset start) => new(start, IsLastMonth(start) ? start : start.AddDays(1));

    private static DateTimeOffset StartOfDay(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);

    // The end of the year 9999 is no time any more that .NET could write down.
    private static bool IsLastMonth(DateTimeOffset time) => time is { Year: 9999, Month: 12 };
}
