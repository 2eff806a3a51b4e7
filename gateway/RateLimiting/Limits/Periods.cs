namespace Gateway.RateLimiting.Limits;

/// <summary>The periods that token buckets are filled in, by the names that clients see.</summary>
internal static class Periods
{
    public const int MillisecondsPerMinute = 60_000;
    public const int MillisecondsPerDay = 86_400_000;

    public static readonly (string Name, int Milliseconds) Minute = ("minute", MillisecondsPerMinute);
    public static readonly (string Name, int Milliseconds) Day = ("day", MillisecondsPerDay);
    public static readonly (string Name, int Milliseconds) KeyMinute = ("key-minute", MillisecondsPerMinute);
    public static readonly (string Name, int Milliseconds) RouteMinute = ("route-minute", MillisecondsPerMinute);
}
