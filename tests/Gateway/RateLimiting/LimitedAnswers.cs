using System.Globalization;

namespace Gateway.Tests.RateLimiting;

/// <summary>Reads what an answer says of limits.</summary>
internal static class LimitedAnswers
{
    /// <summary>Everything that may tell of a limit.</summary>
    public static readonly string[] Headers =
        ["RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"];

    public static string Header(this HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    /// <summary>The limits that an answer tells of, with the units that are left.</summary>
    public static Dictionary<string, long> Remaining(this HttpResponseMessage response) => response.Header("RateLimit")
        .Split(", ")
        .Select(item => item.Split(';'))
        .ToDictionary(parts => parts[0].Trim('"'), parts => long.Parse(parts[1]["r=".Length..], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    public static int RetryAfterSeconds(this HttpResponseMessage response) =>
        int.Parse(response.Header("Retry-After"), CultureInfo.InvariantCulture);

    public static void SaysNothingOfLimits(this HttpResponseMessage response) =>
        Assert.DoesNotContain(Headers, name => response.Headers.Contains(name));
}
