namespace Gateway.LoadTests.Reporting;

/// <summary>What several measurements of the same say together.</summary>
/// <param name="Median">The middle one; between the two in the middle where their number is even.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
internal readonly record struct Spread(double Median, double Minimum, double Maximum)
{
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
        {
            throw new ArgumentException("There is no spread of nothing.", nameof(values));
        }

        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    /// <summary>For people: median, and between what.</summary>
    public string ToText(string format) => $"{Median.ToString(format)} ({Minimum.ToString(format)} to {Maximum.ToString(format)})";
}
