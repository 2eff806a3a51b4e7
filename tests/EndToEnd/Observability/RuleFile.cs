using Gateway.EndToEnd.Tests.Observability.Running;
using Gateway.Testing;
using YamlDotNet.Serialization;

namespace Gateway.EndToEnd.Tests.Observability;

/// <summary>A rule of deploy/prometheus/rules: an alert, or a recording.</summary>
internal sealed class Rule
{
    public string? Alert { get; init; }

    public string? Record { get; init; }

    public string Expr { get; init; } = string.Empty;

    public Dictionary<string, string> Labels { get; init; } = [];

    public Dictionary<string, string> Annotations { get; init; } = [];
}

/// <summary>The rules, and what promtool is to try them with.</summary>
internal static class RuleFile
{
    public static string[] Paths { get; } = Sorted(Path.Combine(PrometheusServer.Folder, "rules"), "*.yml");

    public static string[] TestPaths { get; } = Sorted(Path.Combine(Checkout.Root, "tests", "EndToEnd", "Observability", "Rules"), "*.test.yml");

    public static IReadOnlyList<Rule> Rules { get; } =
        [.. Paths.SelectMany(path => Read<RuleGroups>(path).Groups).SelectMany(static group => group.Rules)];

    public static IEnumerable<Rule> Alerts => Rules.Where(static rule => rule.Alert is not null);

    /// <summary>Alerts that are tried, and how many are expected each time.</summary>
    public static IEnumerable<(string Alert, int Expected)> Tried => TestPaths.SelectMany(path => Read<RuleTests>(path).Tests)
        .SelectMany(static test => test.AlertRuleTest).Select(static test => (test.Alertname, test.ExpAlerts.Count));

    private static string[] Sorted(string folder, string pattern) => [.. Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)];

    private static T Read<T>(string path)
    {
        using var text = File.OpenText(path);
        return new DeserializerBuilder()
            .WithNamingConvention(YamlDotNet.Serialization.NamingConventions.UnderscoredNamingConvention.Instance)
            .IgnoreUnmatchedProperties().Build().Deserialize<T>(text);
    }

    private sealed class RuleGroups
    {
        public List<RuleGroup> Groups { get; init; } = [];
    }

    private sealed class RuleGroup
    {
        public List<Rule> Rules { get; init; } = [];
    }

    private sealed class RuleTests
    {
        public List<RuleTest> Tests { get; init; } = [];
    }

    private sealed class RuleTest
    {
        public List<AlertRuleTest> AlertRuleTest { get; init; } = [];
    }

    private sealed class AlertRuleTest
    {
        public string Alertname { get; init; } = string.Empty;

        public List<object> ExpAlerts { get; init; } = [];
    }
}
