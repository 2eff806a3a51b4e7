using System.Globalization;

namespace Gateway.LoadTests.Compare;

/// <summary>What a gateway says of itself.</summary>
internal static class Scrape
{
    /// <summary>A metric without labels; null where it is not there.</summary>
    public static double? Value(string metrics, string name)
    {
        var line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line?.Split(' ') is [_, var value, ..] ? double.Parse(value, CultureInfo.InvariantCulture) : null;
    }
}
