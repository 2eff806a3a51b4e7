using Gateway.Contracts.ApiKeys;
using Gateway.Contracts.Usage;

namespace Gateway.Observability;

/// <summary>A request's path as logs and events may have it: no query string, not too long, and no API key in it.</summary>
internal static class RecordedPath
{
    private const string KeyStart = "sk_";
    private const string Redacted = "(redacted)";

    public static string Of(HttpRequest request)
    {
        var path = request.Path.HasValue ? request.Path.Value : "/";

        // Redacted first: a key must not survive by being cut in two.
        if (path.Contains(KeyStart, StringComparison.OrdinalIgnoreCase))
        {
            path = string.Join('/', path.Split('/').Select(static segment => ContainsKey(segment) ? Redacted : segment));
        }

        return RecordedText.Cut(path, UsageEventJson.MaximumPathLength);
    }

    private static bool ContainsKey(string segment)
    {
        for (var start = segment.IndexOf(KeyStart, StringComparison.OrdinalIgnoreCase);
             start >= 0;
             start = segment.IndexOf(KeyStart, start + KeyStart.Length, StringComparison.OrdinalIgnoreCase))
        {
            // Whoever sends something of this length that starts so has most likely mistyped a key.
            if (segment.Length - start >= ApiKeyFormat.Length)
            {
                return true;
            }
        }

        return false;
    }
}
