using System.Globalization;
using Gateway.Contracts.Usage;

namespace Gateway.Keygen.Arguments;

/// <summary>Reads times and durations as operators write them.</summary>
internal static class TimeText
{
    /// <summary>What <see cref="TryParseTime"/> takes, for messages.</summary>
    public const string TimeForms = "2027-01-31, 2027-01-31T18:00 or 2027-01-31T18:00:00+02:00 (UTC unless it says otherwise)";

    /// <summary>What <see cref="TryParseDuration"/> takes, for messages.</summary>
    public const string DurationForms = "45s, 30m, 12h, 90d or 4w";

    private const int MaximumDurationDigits = 5;

    private const string DayFormat = "yyyy-MM-dd";
    private const string MonthFormat = "yyyy-MM";

    /// <summary>Nothing of ours is older; a time before it is a mistake.</summary>
    public static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Formats =
        [DayFormat, "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>ISO 8601 from the year 2000 on; the answer is UTC and whole microseconds.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset time) => TryParse(text, Formats, out time);

    /// <summary>A month from the year 2000 on; the answer is when it begins, in UTC.</summary>
    public static bool TryParseMonth(string text, out DateTimeOffset month) => TryParse(text, [MonthFormat], out month);

    /// <summary>Whether a text that is a time is a whole day.</summary>
    public static bool IsDay(string text) => text.Length == DayFormat.Length;

    /// <summary>A whole number of seconds, minutes, hours, days (24 h) or weeks.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length is < 2 or > MaximumDurationDigits + 1
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        duration = unit * number ?? default;
        return unit is not null;
    }

    private static bool TryParse(string text, string[] formats, out DateTimeOffset time)
    {
        var isTime = DateTimeOffset.TryParseExact(
            text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
        time = UsageEventJson.CutToMicroseconds(time);
        return isTime && time >= Earliest;
    }
}
