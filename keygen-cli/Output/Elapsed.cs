namespace Gateway.Keygen.Output;

/// <summary>Lengths of time for people: one number, one unit.</summary>
internal static class Elapsed
{
    private const long Minute = 60;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    /// <summary>Seconds up to two minutes, minutes up to two hours, hours up to two days, else days.</summary>
    public static string Text(long seconds) => seconds switch
    {
        < 2 * Minute => $"{seconds} s",
        < 2 * Hour => $"{seconds / Minute} min",
        < 2 * Day => $"{seconds / Hour} h",
        _ => $"{seconds / Day} days",
    };

    /// <summary>Milliseconds up to ten seconds, then as <see cref="Text"/>.</summary>
    public static string TextOfMilliseconds(long milliseconds) =>
        milliseconds < 10_000 ? $"{milliseconds} ms" : Text(milliseconds / 1000);
}
