namespace Gateway.RateLimiting.Redis;

/// <summary>Redis cannot answer now: go on without it. The message is for logs; it holds no secret.</summary>
internal sealed class RedisUnavailableException : Exception
{
    private const int LongestMessage = 200;

    public RedisUnavailableException(string reason, Exception? inner = null, bool isScriptFault = false)
        : base(Shorten(reason), inner) => IsScriptFault = isScriptFault;

    /// <summary>Redis works; it is this script, or what the keys hold, that does not.</summary>
    public bool IsScriptFault { get; }

    // What the client says grows long, and goes over several lines.
    private static string Shorten(string reason)
    {
        var line = reason.AsSpan();
        var end = line.IndexOfAny('\r', '\n');
        line = end >= 0 ? line[..end] : line;
        return line.Length <= LongestMessage ? line.ToString() : $"{line[..LongestMessage]}…";
    }
}
