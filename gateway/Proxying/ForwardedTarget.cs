using Gateway.Requests;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Proxying;

/// <summary>The address that a request is forwarded to. Pure, because a path that changes its meaning on the way is a way around the backend's rules.</summary>
internal static class ForwardedTarget
{
    // Only the path of what is built with it is taken.
    private const string AnyDestination = "http://destination";

    private const string SchemeEnd = "://";

    // Uri would decode and encode as it sees fit.
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>
    /// The path and the query string are forwarded byte for byte as they were sent, except for what a transform of the route
    /// changed, and with dot segments resolved: what was routed on is what the backend gets.
    /// </summary>
    /// <param name="destination">The destination's address, with or without a path of its own.</param>
    /// <param name="rawTarget">What stood in the request's first line.</param>
    /// <param name="isResolved">Whether dot segments were resolved in it.</param>
    /// <param name="received">Its path, decoded.</param>
    /// <param name="path">The same after the route's transforms.</param>
    /// <param name="query">The query string after the route's transforms.</param>
    public static Uri Build(
        string destination, string rawTarget, bool isResolved, PathString received, PathString path, QueryString query)
    {
        if (!path.HasValue)
        {
            return new Uri(string.Concat(destination, HasPath(destination) ? null : "/", query.Value), AsItIs);
        }

        var prefix = destination.EndsWith('/') ? destination.AsSpan(0, destination.Length - 1) : destination;
        if (isResolved || !RawTarget.TryReadPath(rawTarget, out var raw))
        {
            return new Uri(string.Concat(prefix, Encode(path.Value), query.Value), AsItIs);
        }

        if (string.Equals(path.Value, received.Value, StringComparison.Ordinal))
        {
            return new Uri(string.Concat(prefix, raw, query.Value), AsItIs);
        }

        // Nothing decodes to a slash, so both forms of the path have the same segments, counted from the end.
        var changed = path.Value[..^CommonEnd(path.Value, received.Value, out var segments)];
        return new Uri(string.Concat(prefix, Encode(changed), LastSegments(raw, segments), query.Value), AsItIs);
    }

    private static bool HasPath(string destination) =>
        destination.AsSpan(destination.IndexOf(SchemeEnd, StringComparison.Ordinal) + SchemeEnd.Length).Contains('/');

    private static string Encode(string path) =>
        path.Length == 0
            ? string.Empty
            : RequestUtilities.MakeDestinationAddress(AnyDestination, path, QueryString.Empty).AbsolutePath;

    /// <summary>How many characters at the end of both are the same whole segments.</summary>
    private static int CommonEnd(ReadOnlySpan<char> path, ReadOnlySpan<char> received, out int segments)
    {
        var common = 0;
        segments = 0;
        for (var length = 1; length <= path.Length && length <= received.Length && path[^length] == received[^length]; length++)
        {
            if (path[^length] == '/')
            {
                common = length;
                segments++;
            }
        }

        return common;
    }

    private static ReadOnlySpan<char> LastSegments(ReadOnlySpan<char> raw, int count)
    {
        var start = raw.Length;
        for (; count > 0; count--)
        {
            start = raw[..start].LastIndexOf('/');
        }

        return raw[start..];
    }
}
