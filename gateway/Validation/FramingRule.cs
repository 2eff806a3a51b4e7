using Gateway.Problems;

namespace Gateway.Validation;

/// <summary>
/// Where a body ends must be said once and in a way that every server understands alike (RFC 9112, 6.1 and 6.3), or a second
/// request can be smuggled past us inside the first.
/// </summary>
internal static class FramingRule
{
    private const string Chunked = "chunked";

    /// <summary>
    /// Where Content-Length stands beside Transfer-Encoding, Kestrel has moved it here before we see the request. A client
    /// that sends this name with a chunked body itself cannot be told from that and is refused as well.
    /// </summary>
    private const string MovedContentLength = "X-Content-Length";

    public static Problem? Check(HttpRequest request)
    {
        var headers = request.Headers;
        var encoding = headers.TransferEncoding;
        if (encoding.Count == 0)
        {
            return null;
        }

        if (encoding.Count > 1
            || headers.ContentLength is not null
            || headers.ContainsKey(MovedContentLength)
            || !HttpProtocol.IsHttp11(request.Protocol)) // Unknown in HTTP/1.0, forbidden in HTTP/2 (RFC 9113, 8.2.2).
        {
            return Problem.MalformedFraming;
        }

        return string.Equals(encoding[0], Chunked, StringComparison.OrdinalIgnoreCase) ? null : Problem.TransferCodingNotImplemented;
    }
}
