using System.Diagnostics.Metrics;

namespace Gateway.Observability;

/// <summary>
/// Counts under labels that are known beforehand, for what every request counts. Counting is one addition; measurements are made
/// of it when somebody scrapes. A counter of .NET's would look the labels up for every request again.
/// </summary>
/// <param name="size">How many sets of labels there are.</param>
/// <param name="labelsOf">The labels of each.</param>
internal sealed class LabelledCounts(int size, Func<int, KeyValuePair<string, object?>[]> labelsOf)
{
    private readonly long[] _counts = new long[size];

    /// <summary>One more, from any thread.</summary>
    public void Add(int index) => Interlocked.Increment(ref _counts[index]);

    /// <summary>What has been counted; nothing of what never was.</summary>
    public IEnumerable<Measurement<long>> Measure()
    {
        for (var index = 0; index < _counts.Length; index++)
        {
            if (Interlocked.Read(ref _counts[index]) is > 0 and var count)
            {
                yield return new Measurement<long>(count, labelsOf(index));
            }
        }
    }
}
