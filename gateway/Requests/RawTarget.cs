namespace Gateway.Requests;

/// <summary>The target of a request as it stood in its first line, undecoded (RFC 9112, 3.2).</summary>
internal static class RawTarget
{
    private const string Root = "/";
    private const string SchemeEnd = "://";

    /// <summary>Whether it is <c>http://host/path</c> instead of <c>/path</c>.</summary>
    public static bool IsAbsolute(string target) => target[0] != '/';

    /// <summary>The path without the query string. False where there is none: <c>*</c>, <c>host:port</c>.</summary>
    public static bool TryReadPath(string target, out ReadOnlySpan<char> path)
    {
        path = target;
        if (path.IndexOf('?') is var queryStart and >= 0)
        {
            path = path[..queryStart];
        }

        if (path.StartsWith('/'))
        {
            return true;
        }

        if (path.IndexOf(SchemeEnd, StringComparison.Ordinal) is not (var schemeEnd and >= 0))
        {
            return false;
        }

        path = path[(schemeEnd + SchemeEnd.Length)..];
        path = path.IndexOf('/') is var pathStart and >= 0 ? path[pathStart..] : Root;
        return true;
    }
}
