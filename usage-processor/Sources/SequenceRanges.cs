using System.Globalization;
using System.Text;
using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Sources;

/// <summary>Ranges of sequences as PostgreSQL writes them.</summary>
internal static class SequenceRanges
{
    public const string None = "{}";

    /// <summary>
    /// PostgreSQL keeps the end of a range as the number behind it, and refuses what has none, with it the whole batch, again and
    /// again. Nobody mints this many.
    /// </summary>
    private const long Highest = long.MaxValue - 1;

    /// <summary>The text of an <c>int8multirange</c>; in any order, overlapping or not.</summary>
    public static string Text(IReadOnlyCollection<SequenceRange> ranges)
    {
        if (ranges.Count == 0)
        {
            return None;
        }

        var text = new StringBuilder("{");
        foreach (var range in ranges)
        {
            if (range.First <= Highest)
            {
                text.Append(text.Length > 1 ? "," : string.Empty)
                    .Append(CultureInfo.InvariantCulture, $"[{range.First},{Math.Min(range.Last, Highest)}]");
            }
        }

        return text.Append('}').ToString();
    }
}
