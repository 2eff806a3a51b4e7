using System.Buffers;
using Gateway.Problems;
using Gateway.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Validation;

/// <summary>
/// A path must mean the same to the gateway, which routes by it, and to every backend, which gets it as it came. What servers
/// are known to read differently is refused.
/// </summary>
internal static class TargetRule
{
    private const string EncodedSlash = "%2f";
    private const char UserInformationEnd = '@';

    /// <summary>Visible ASCII. Without <c>#</c>, which no client may send and which some servers cut the path off at.</summary>
    private static readonly SearchValues<char> TargetCharacters = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(static code => (char)code).Where(static character => character != '#')]);

    public static Problem? Check(HttpContext context, GatewayRequest request)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!RawTarget.TryReadPath(target, out var path) || target.AsSpan().ContainsAnyExcept(TargetCharacters))
        {
            // OPTIONS * means a server as a whole; which of them, behind a gateway?
            return Problem.MalformedTarget;
        }

        if (RawTarget.IsAbsolute(target) && !IsAllowed(target, path))
        {
            return Problem.MalformedTarget;
        }

        // Empty segments and parameters pass, and mean something to some backends only.
        request.HasOtherReading = path.Contains(';') || path.IndexOf("//", StringComparison.Ordinal) >= 0;
        if (path.IndexOfAny('%', '\\') < 0 && path.IndexOf("/.", StringComparison.Ordinal) < 0)
        {
            return null;
        }

        var scan = new PathScan(path);
        if (!scan.Run())
        {
            return Problem.MalformedTarget;
        }

        request.PathIsResolved = scan.HasDotSegments;
        request.HasOtherReading |= scan.HasLastingEscapes || path.Contains("%3b", StringComparison.OrdinalIgnoreCase);
        return null;
    }

    /// <summary>
    /// <c>GET http://host/path</c>, as clients send it to a proxy. Kestrel has compared the host with <c>Host</c>; it decodes
    /// the path in another way than usual, which takes <c>%2f</c> for a separator.
    /// </summary>
    private static bool IsAllowed(string target, ReadOnlySpan<char> path) =>
        target.AsSpan(0, target.Length - path.Length).IndexOf(UserInformationEnd) < 0
        && path.IndexOf(EncodedSlash, StringComparison.OrdinalIgnoreCase) < 0;
}
