using System.Text.RegularExpressions;

namespace Gateway.Testing.Metrics;

/// <summary>What docs/operations/metrics.md says.</summary>
public static partial class MetricsPage
{
    /// <summary>Metrics whose names begin so.</summary>
    public static IReadOnlyCollection<string> Names(string prefix) =>
    [
        .. Row().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "operations", "metrics.md")))
            .Select(match => match.Groups["name"].Value)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Row();
}
