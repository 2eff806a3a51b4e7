using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Gateway.Tests.Transparency;

/// <summary>A request as a client may send it. To widen what is tried, widen the generators.</summary>
internal sealed partial record SentRequest(
    string Method, string Path, string Query, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body, bool IsChunked)
{
    private static readonly Gen<string> Methods = Gen.Elements("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    // Unreserved characters, sub-delimiters, and escapes in either case, needed or not: all of them have to arrive as they were sent.
    private static readonly Gen<string> PathPieces = Gen.Frequency(
        (6, Characters("abcxyzABCXYZ0189-_~")),
        (1, Characters("!$&'()*+,;=:@.")),
        (2, Gen.Elements("%20", "%C3%A9", "%E2%82%AC", "%F0%9F%98%80", "%22", "%3C", "%7B", "%c3%a9", "%41", "%2F", "%2f", "%252F", "%25")));

    private static readonly Gen<string> QueryPieces = Gen.Frequency(
        (6, Characters("abcABC019-_~.!$'()*+,;:@/?=&")),
        (2, Gen.Elements("%20", "%2F", "%2f", "%C3%A9", "%00", "%25", "&&", "==", "[]")));

    private const string MayRepeat = "X-Custom";

    private static readonly Gen<string> HeaderNames = Gen.Elements(
        MayRepeat, "X-Other", "Accept", "Accept-Encoding", "Accept-Language", "Cookie", "User-Agent", "Referer", "If-None-Match",
        "Cache-Control", "Range", "Authorization", "Origin", "Content-Language", "Content-Disposition");

    private static readonly Gen<string> HeaderValues = Text(
        Gen.Frequency((8, Characters("abcXYZ019-_.;=,/ \"()<>@[]{}!#$%&'*+^`|~?:")), (1, Characters("\u00e9\u00c3\u00a9\u00ff"))), 1, 40)
        .Select(static value => value.Trim()).Where(static value => value.Length > 0 && !value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase));

    private static readonly Gen<byte[]> Bodies = Gen.Frequency(
        (3, Gen.Constant(Array.Empty<byte>())),
        (5, Gen.ArrayOf(Gen.Choose(0, 255).Select(static value => (byte)value))),
        (1, Gen.Choose(60_000, 200_000).Select(static length => Enumerable.Range(0, length).Select(static index => (byte)(index * 31)).ToArray())));

    public static Gen<SentRequest> Any { get; } =
        from method in Methods
        from segments in Gen.ListOf(Text(PathPieces, 1, 10).Where(static segment => !DotSegment.IsMatch(segment)))
        from query in Gen.Frequency((1, Gen.Constant("")), (3, Text(QueryPieces, 0, 20).Select(static text => "?" + text)))
        from headers in Gen.ListOf(Gen.Zip(HeaderNames, HeaderValues))
        from body in Bodies
        from isChunked in Gen.Elements(true, false)
        select new SentRequest(
            method,
            string.Concat(segments.Select(static segment => "/" + segment)),
            query,
            [.. headers.DistinctBy(static header => header.Item1 == MayRepeat ? header : (header.Item1, "")).Take(8)],
            method is "GET" or "OPTIONS" ? [] : body,
            isChunked && method is not ("GET" or "OPTIONS"));

    // Resolved or, where only some servers would see it, refused: neither arrives as it was sent.
    [GeneratedRegex("(^|%2F|%252F)\\.{1,2}(;|%2F|%252F|$)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex DotSegment { get; }

    /// <summary>The headers with those that frame the body.</summary>
    public IEnumerable<(string Name, string Value)> Framed() => IsChunked
        ? Headers.Append(("Transfer-Encoding", "chunked"))
        : Method is "GET" or "OPTIONS" ? Headers : Headers.Append(("Content-Length", Body.Length.ToString(CultureInfo.InvariantCulture)));

    public string ToWire(string path, string key)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Method} {path}{Path}{Query} HTTP/1.1\r\nHost: gateway\r\nX-API-Key: {key}\r\n");
        foreach (var (name, value) in Framed())
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        text.Append("\r\n");
        if (!IsChunked)
        {
            return text.Append(Encoding.Latin1.GetString(Body)).ToString();
        }

        foreach (var chunk in Body.Chunk(10_000))
        {
            text.Append(CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n{Encoding.Latin1.GetString(chunk)}\r\n");
        }

        return text.Append("0\r\n\r\n").ToString();
    }

    private static Gen<string> Characters(string characters) =>
        Gen.Elements(characters.Select(static character => character.ToString()).ToArray());

    private static Gen<string> Text(Gen<string> pieces, int minimum, int maximum) =>
        from count in Gen.Choose(minimum, maximum)
        from text in Gen.ArrayOf(pieces, count)
        select string.Concat(text);
}
