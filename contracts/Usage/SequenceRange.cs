using System.Globalization;

namespace Gateway.Contracts.Usage;

/// <summary>Sequences of one source that follow each other.</summary>
/// <param name="First">The first, from 1.</param>
/// <param name="Last">The last, the same as the first where it is one only.</param>
public readonly record struct SequenceRange(long First, long Last)
{
    /// <summary>As people write it: <c>7</c>, <c>7-9</c>.</summary>
    public override string ToString() =>
        First == Last ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    /// <summary>The ranges that ascending sequences without repetition make up, at most so many: the lowest.</summary>
    public static IReadOnlyList<SequenceRange> Of(IEnumerable<long> ascending, int maximum)
    {
        var ranges = new List<SequenceRange>();
        foreach (var sequence in ascending)
        {
            if (ranges.Count > 0 && ranges[^1].Last == sequence - 1)
            {
                ranges[^1] = ranges[^1] with { Last = sequence };
            }
            else if (ranges.Count < maximum)
            {
                ranges.Add(new SequenceRange(sequence, sequence));
            }
            else
            {
                break;
            }
        }

        return ranges;
    }
}
