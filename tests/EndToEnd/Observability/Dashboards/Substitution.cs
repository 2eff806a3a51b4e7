using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Tests.Observability.Dashboards;

/// <summary>What Grafana makes of a query before it sends it: variables and macros, for a range of time.</summary>
internal sealed partial class Substitution(DateTimeOffset from, DateTimeOffset to, int scrapeSeconds)
{
    /// <summary>PromQL, with every variable at All: what its allValue says.</summary>
    /// <remarks>$__rate_interval is four scrapes, or a step and a scrape where that is more.</remarks>
    public string OfPromQl(Dashboard dashboard, string query)
    {
        var text = query
            .Replace("$__rate_interval", $"{4 * scrapeSeconds}s", StringComparison.Ordinal)
            .Replace("$__range", $"{(long)(to - from).TotalSeconds}s", StringComparison.Ordinal);
        foreach (var variable in dashboard.Variables)
        {
            text = text.Replace($"${variable.GetProperty("name").GetString()}", variable.GetProperty("allValue").GetString()!, StringComparison.Ordinal);
        }

        return Complete(text);
    }

    /// <summary>SQL, with an organization, or <c>all</c>.</summary>
    public string OfSql(string query, string organization)
    {
        var (begin, end) = (Quoted(from), Quoted(to));
        var text = TimeFilter.Replace(query, $"${{column}} BETWEEN {begin} AND {end}")
            .Replace("$__timeFrom()", begin, StringComparison.Ordinal)
            .Replace("$__timeTo()", end, StringComparison.Ordinal)
            .Replace("${organization:sqlstring}", $"'{organization}'", StringComparison.Ordinal);
        return Complete(text);
    }

    private static string Quoted(DateTimeOffset time) =>
        $"'{time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}'";

    private static string Complete(string text)
    {
        Assert.DoesNotContain("$", text, StringComparison.Ordinal);
        return text;
    }

    [GeneratedRegex(@"\$__timeFilter\((?<column>[\w.]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TimeFilter { get; }
}
