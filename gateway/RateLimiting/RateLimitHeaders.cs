using System.Globalization;

namespace Gateway.RateLimiting;

/// <summary>
/// Tells clients where they stand: <c>RateLimit-Policy</c> and <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers with
/// every bucket, and the older <c>X-RateLimit-*</c> with the one that has the least left. All times are seconds from now.
/// </summary>
internal static class RateLimitHeaders
{
    public const string Policy = "RateLimit-Policy";
    public const string State = "RateLimit";
    public const string Limit = "X-RateLimit-Limit";
    public const string Remaining = "X-RateLimit-Remaining";
    public const string Reset = "X-RateLimit-Reset";

    public static void Write(IHeaderDictionary headers, RateLimitDecision decision)
    {
        var buckets = decision.Policy.Buckets;
        headers[Policy] = decision.Policy.PolicyHeader;
        headers[State] = string.Create(
            CultureInfo.InvariantCulture,
            $"{Describe(buckets[0], decision.States[0])}, {Describe(buckets[1], decision.States[1])}");

        var tightest = decision.TightestIndex;
        headers[Limit] = buckets[tightest].LimitText;
        headers[Remaining] = decision.States[tightest].Remaining.ToString(CultureInfo.InvariantCulture);
        headers[Reset] = RateLimitDecision.ToSeconds(decision.States[tightest].FullInMilliseconds).ToString(CultureInfo.InvariantCulture);
    }

    private static string Describe(RateLimitBucket bucket, BucketState state) =>
        $"\"{bucket.Name}\";r={state.Remaining};t={RateLimitDecision.ToSeconds(state.FullInMilliseconds)}";
}
