using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Testing.Metrics;

/// <summary>What a process said when Prometheus asked for its metrics.</summary>
/// <param name="text">In Prometheus's text format.</param>
public sealed partial class Scrape(string text)
{
    private readonly (string Name, string Labels, double Value)[] _samples =
    [
        .. Sample().Matches(text).Select(match => (
            match.Groups["name"].Value,
            match.Groups["labels"].Value,
            double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture))),
    ];

    /// <summary>As it came.</summary>
    public string Text => text;

    /// <summary>Metrics, each once: a histogram without the endings of its series.</summary>
    public IReadOnlyCollection<string> Names { get; } = [.. Type().Matches(text).Select(match => match.Groups["name"].Value)];

    /// <summary>The sum over all samples of that name whose labels contain all of these, such as <c>result="valid"</c>; 0 where there are none.</summary>
    public double Sum(string name, params string[] labels) => Matching(name, labels).Sum(sample => sample.Value);

    /// <summary>The same; null where there are none.</summary>
    public double? Find(string name, params string[] labels) =>
        Matching(name, labels).Select(sample => (double?)sample.Value).FirstOrDefault();

    /// <summary>Asks a process.</summary>
    public static async Task<Scrape> OfAsync(HttpClient management)
    {
        using var response = await management.GetAsync(new Uri("/metrics", UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return new Scrape(await response.Content.ReadAsStringAsync());
    }

    private IEnumerable<(string Name, string Labels, double Value)> Matching(string name, string[] labels) =>
        _samples.Where(sample => sample.Name == name && labels.All(label => sample.Labels.Contains(label, StringComparison.Ordinal)));

    [GeneratedRegex("""^(?<name>[a-z_]+)(\{(?<labels>.*)\})? (?<value>\S+)$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Sample();

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Type();
}
