using Gateway.RateLimiting;

namespace Gateway.Cors;

/// <summary>Headers of ours that a script of another origin may read: when to come back, and where it stands.</summary>
internal static class ExposedHeaders
{
    public static readonly string[] All =
    [
        "Retry-After", RateLimitHeaders.State, RateLimitHeaders.Policy,
        RateLimitHeaders.Limit, RateLimitHeaders.Remaining, RateLimitHeaders.Reset,
    ];

    /// <summary>The same as a header's value.</summary>
    public static readonly string Text = string.Join(", ", All);
}
