using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Tests.Observability.Dashboards;
using Gateway.EndToEnd.Tests.Observability.Running;
using Gateway.Testing;
using YamlDotNet.Serialization;

namespace Gateway.EndToEnd.Tests.Observability;

/// <summary>What holds for every dashboard, whatever it shows.</summary>
public sealed partial class DashboardTests
{
    private static readonly string Provisioning = Path.Combine(Checkout.Root, "deploy", "grafana", "provisioning", "datasources", "datasources.yml");

    // Sources that were provisioned: uid and type, and what else is said of them.
    private static readonly Dictionary<string, Dictionary<object, object>> Sources = ReadSources();

    /// <summary>How often Grafana is told that Prometheus scrapes, in seconds; $__rate_interval is made of it.</summary>
    internal static int ScrapeSeconds => int.Parse($"{((Dictionary<object, object>)Sources["prometheus"]["jsonData"])["timeInterval"]}".TrimEnd('s'), null);

    [Fact]
    public void Every_panel_says_what_it_means_and_what_to_do() => Assert.All(
        Dashboard.All.SelectMany(dashboard => dashboard.Panels), panel => Assert.True(panel.Description?.Length >= 40, $"{panel.Dashboard.FileName} / {panel.Title}"));

    [Fact]
    public void Every_panel_has_a_title_of_its_own_a_unit_and_a_source_that_is_provisioned() => Assert.All(Dashboard.All, dashboard =>
    {
        Assert.Distinct(dashboard.Panels.Select(panel => panel.Title));
        Assert.All(dashboard.Panels, panel =>
        {
            Assert.NotEmpty(panel.Unit);
            Assert.Equal(panel.Source.Type, $"{Sources[panel.Source.Uid]["type"]}");
        });
    });

    [Fact]
    public void Ids_are_unique_and_dashboards_are_found_by_name()
    {
        Assert.Distinct(Dashboard.All.Select(dashboard => dashboard.Uid));
        Assert.All(Dashboard.All, dashboard =>
        {
            Assert.Equal($"gateway-{Path.GetFileNameWithoutExtension(dashboard.FileName)}", dashboard.Uid);
            Assert.Distinct(dashboard.Json.GetProperty("panels").EnumerateArray().Select(panel => panel.GetProperty("id").GetInt32()));
        });
    }

    [Fact]
    public void Panels_do_not_lie_on_each_other() => Assert.All(Dashboard.All, dashboard =>
    {
        var cells = dashboard.Json.GetProperty("panels").EnumerateArray().SelectMany(panel => Cells(panel.GetProperty("gridPos"))).ToList();
        Assert.Distinct(cells);
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, 23));
    });

    [Fact]
    public void No_query_of_Prometheus_asks_for_an_organization_or_a_key() => Assert.All(
        Dashboard.All.SelectMany(dashboard => dashboard.Queries).Where(query => !query.IsSql).Select(query => query.Text).Concat(RuleFile.Rules.Select(rule => rule.Expr)),
        text => Assert.DoesNotMatch(@"organization|api_?key|key_id|tenant", text));

    [Fact]
    public void Links_lead_to_pages_that_are_there() => Assert.All(
        Dashboard.All.SelectMany(dashboard => Runbook.Matches(dashboard.Json.GetRawText())),
        match => Assert.True(File.Exists(Path.Combine(Checkout.Root, "docs", "operations", match.Groups["page"].Value)), match.Value));

    [Fact]
    public void Outcomes_that_are_asked_for_are_those_that_the_gateway_has()
    {
        var source = File.ReadAllText(Path.Combine(Checkout.Root, "gateway", "Requests", "RequestOutcome.cs"));
        var outcomes = EnumMember.Matches(source).Select(match => JsonNamingPolicy.KebabCaseLower.ConvertName(match.Groups["name"].Value)).ToHashSet(StringComparer.Ordinal);
        var asked = Dashboard.All.SelectMany(dashboard => dashboard.Queries).Select(query => query.Text).Concat(RuleFile.Rules.Select(rule => rule.Expr))
            .SelectMany(text => OutcomeMatcher.Matches(text)).SelectMany(match => match.Groups["outcomes"].Value.Split('|')).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(asked);
        Assert.Subset(outcomes, asked);
    }

    [Fact]
    public void Grafana_is_told_how_often_Prometheus_scrapes() => Assert.Contains(
        $"scrape_interval: {ScrapeSeconds}s\n", File.ReadAllText(Path.Combine(PrometheusServer.Folder, "prometheus.yml")), StringComparison.Ordinal);

    private static IEnumerable<(int X, int Y)> Cells(JsonElement place)
    {
        var (x, y, width, height) =
            (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
        return from column in Enumerable.Range(x, width) from line in Enumerable.Range(y, height) select (column, line);
    }

    private static Dictionary<string, Dictionary<object, object>> ReadSources()
    {
        using var text = File.OpenText(Provisioning);
        var file = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(text);
        return ((List<object>)file["datasources"]).Cast<Dictionary<object, object>>().ToDictionary(source => $"{source["uid"]}", StringComparer.Ordinal);
    }

    [GeneratedRegex(@"/public/runbooks/(?<page>[\w.-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Runbook { get; }

    [GeneratedRegex(@"outcome\s*(=|!=|=~|!~)\s*""(?<outcomes>[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OutcomeMatcher { get; }

    [GeneratedRegex(@"^    (?<name>[A-Z]\w+),$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex EnumMember { get; }
}
