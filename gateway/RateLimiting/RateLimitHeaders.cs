using System.Globalization;
using System.Text;

namespace Gateway.RateLimiting;

/// <summary>
/// Tells clients where they stand: <c>RateLimit-Policy</c> and <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers with
/// every limit that is not in shadow, and the older <c>X-RateLimit-*</c> with the one that refused or has the least left.
/// All times are seconds from now. What was decided from a lease says what Redis said at most a few tenths of a second
/// ago, less what this gateway spent since.
/// </summary>
internal static class RateLimitHeaders
{
    public const string Policy = "RateLimit-Policy";
    public const string State = "RateLimit";
    public const string Limit = "X-RateLimit-Limit";
    public const string Remaining = "X-RateLimit-Remaining";
    public const string Reset = "X-RateLimit-Reset";

    [ThreadStatic]
    private static StringBuilder? _builder;

    public static void Write(IHeaderDictionary headers, in LimitDecision decision)
    {
        var tightest = decision.TightestIndex();
        if (tightest == LimitDecision.Nobody)
        {
            return;
        }

        var (limit, state) = (decision.Limits!.Limits[tightest], decision.States[tightest]);
        headers[Policy] = decision.Limits.PolicyHeader;
        headers[State] = Describe(decision);
        headers[Limit] = limit.LimitText;
        headers[Remaining] = state.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[Reset] = LimitDecision.ToSeconds(state.FullInMilliseconds).ToString(CultureInfo.InvariantCulture);
    }

    private static string Describe(in LimitDecision decision)
    {
        var builder = (_builder ??= new StringBuilder()).Clear();
        for (var index = 0; index < decision.Limits!.Limits.Length; index++)
        {
            var limit = decision.Limits.Limits[index];
            if (limit.IsShown)
            {
                var state = decision.States[index];
                builder.Append(
                    CultureInfo.InvariantCulture,
                    $"{(builder.Length == 0 ? string.Empty : ", ")}\"{limit.Name}\";r={state.Remaining};t={LimitDecision.ToSeconds(state.FullInMilliseconds)}");
            }
        }

        return builder.ToString();
    }
}
