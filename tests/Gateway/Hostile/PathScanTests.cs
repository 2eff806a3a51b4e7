using System.Text;
using System.Text.RegularExpressions;
using Gateway.Validation;

namespace Gateway.Tests.Hostile;

/// <summary>The path that is read in one pass against rules that are written down one by one, on paths made of traps.</summary>
public sealed partial class PathScanTests
{
    private const int Paths = 50_000;
    private const int LongestPath = 9;

    private static readonly string[] Pieces =
    [
        "/", "/", "/", ".", "..", "%2e", "%2E.", "%2f", "%2F", "%5c", "\\", ";", "%3b", ";x=1", "a", "A%20", "%25", "%252e", "%",
        "%4", "%zz", "%00", "%0d%0a", "%1b", "%7f", "%c2%85", "%c0%ae", "%e2%82%ac", "%e2%82", "%f0%9f%98%80", "%ff", "...",
    ];

    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public void Path_is_refused_exactly_where_a_rule_says_so()
    {
        var random = new Random(20261121);
        var accepted = 0;
        for (var count = 0; count < Paths; count++)
        {
            var path = "/" + string.Concat(Enumerable.Range(0, random.Next(LongestPath)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var (isAllowed, hasDotSegments) = ByTheRules(path);

            var scan = new PathScan(path);
            var isAccepted = scan.Run();

            Assert.True(isAccepted == isAllowed, path);
            Assert.True(!isAccepted || scan.HasDotSegments == hasDotSegments, path);
            accepted += isAccepted ? 1 : 0;
        }

        Assert.InRange(accepted, Paths / 20, Paths * 19 / 20);
    }

    private static (bool IsAllowed, bool HasDotSegments) ByTheRules(string path)
    {
        if (IncompleteEscape.IsMatch(path) || Decode(path) is not { } decoded || decoded.Any(char.IsControl) || decoded.Contains('\\'))
        {
            return (false, false);
        }

        var plain = path.Split('/').Count(segment => Decode(segment) is "." or "..");
        var seenBySome = decoded.Split('/').Count(segment => segment.Split(';')[0] is "." or "..");
        var hasLastingEscapes = path.Contains("%2f", StringComparison.OrdinalIgnoreCase) || path.Contains("%25", StringComparison.Ordinal);
        return (seenBySome == plain && !(plain > 0 && hasLastingEscapes), plain > 0);
    }

    private static string? Decode(string path)
    {
        try
        {
            return StrictUtf8.GetString(Escape
                .Replace(path, match => ((char)Convert.ToByte(match.Value[1..], 16)).ToString())
                .Select(character => (byte)character).ToArray());
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [GeneratedRegex("%(?![0-9a-fA-F]{2})", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IncompleteEscape { get; }

    [GeneratedRegex("%[0-9a-fA-F]{2}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escape { get; }
}
