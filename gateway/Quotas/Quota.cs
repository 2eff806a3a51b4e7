namespace Gateway.Quotas;

/// <summary>How many units an organization may use in a calendar month.</summary>
/// <param name="UnitsPerMonth">From 1 to <see cref="RateLimiting.Limits.BucketSize.Maximum"/>.</param>
/// <param name="IsHard">Whether what is over it is refused; else it is let through, flagged and counted.</param>
/// <param name="TimeZone">Whose midnight a month begins at.</param>
internal sealed record Quota(long UnitsPerMonth, bool IsHard, TimeZoneInfo TimeZone);
