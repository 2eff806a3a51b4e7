using System.Globalization;
using System.Runtime.CompilerServices;

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

    /// <summary>Characters that nearly every <see cref="State"/> has room in; a longer one is made all the same.</summary>
    private const int StateLength = 256;

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
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[StateLength]);
        var separator = string.Empty;
        for (var index = 0; index < decision.Limits!.Limits.Length; index++)
        {
            var limit = decision.Limits.Limits[index];
            if (limit.IsShown)
            {
                var state = decision.States[index];
                text.AppendLiteral(separator);
                text.AppendLiteral("\"");
                text.AppendLiteral(limit.Name);
                text.AppendLiteral("\";r=");
                text.AppendFormatted(state.Remaining);
                text.AppendLiteral(";t=");
                text.AppendFormatted(LimitDecision.ToSeconds(state.FullInMilliseconds));
                separator = ", ";
            }
        }

        return text.ToStringAndClear();
    }
}
