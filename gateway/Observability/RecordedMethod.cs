using Gateway.Requests;

namespace Gateway.Observability;

/// <summary>A request's method as logs may have it. One that was refused is any text at all, a misplaced key for example.</summary>
internal static class RecordedMethod
{
    /// <summary>In OpenTelemetry's words for methods that are not known.</summary>
    private const string Other = "_OTHER";

    public static string Of(string method, RequestOutcome outcome) =>
        outcome != RequestOutcome.InvalidRequest || IsKnown(method) ? method : Other;

    private static bool IsKnown(string method) => method is
        "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT";
}
