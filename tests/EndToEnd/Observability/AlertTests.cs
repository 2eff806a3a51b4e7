using System.Text.RegularExpressions;
using Gateway.EndToEnd.Tests.Observability.Running;
using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Observability;

/// <summary>Alerts fire when they should and are silent when they should, and somebody who is woken by one finds a page that helps.</summary>
public sealed partial class AlertTests
{
    private const string RunbookFolder = "docs/operations/";

    // Pages of the folder that belong to no alert.
    private static readonly string[] OtherPages = ["README.md", "metrics.md"];

    [Fact]
    public Task Rules_and_configuration_are_what_Prometheus_takes() => RunPromtoolAsync("check", "config", Path.Combine(PrometheusServer.Folder, "prometheus.yml"));

    [Fact]
    public Task Alerts_fire_when_they_should_and_are_silent_when_they_should() => RunPromtoolAsync(["test", "rules", .. RuleFile.TestPaths]);

    [Fact]
    public void Every_alert_is_seen_firing_and_seen_silent_by_the_tests_of_the_rules() => Assert.All(
        RuleFile.Alerts.GroupBy(rule => rule.Alert!, StringComparer.Ordinal),
        alert =>
        {
            // Of an alert with several severities all of them at once.
            var variants = alert.Select(rule => (rule.Labels["severity"], rule.Labels.GetValueOrDefault("burn"))).Distinct().Count();
            Assert.Contains(RuleFile.Tried, tried => tried.Alert == alert.Key && tried.Expected >= variants);
            Assert.Contains((alert.Key, 0), RuleFile.Tried);
        });

    [Fact]
    public void Every_alert_says_how_urgent_it_is_what_has_happened_and_where_help_is() => Assert.All(RuleFile.Alerts, alert =>
    {
        Assert.Contains(alert.Labels["severity"], (string[])["critical", "warning"]);
        Assert.All((string[])["summary", "description", "runbook_url"], annotation => Assert.NotEmpty(alert.Annotations[annotation]));
    });

    [Fact]
    public void Every_alert_has_its_section_in_its_runbook_and_every_runbook_an_alert()
    {
        var sections = Directory.GetFiles(Path.Combine(Checkout.Root, RunbookFolder), "*.md")
            .Where(page => !OtherPages.Contains(Path.GetFileName(page)))
            .SelectMany(page => Named.Matches(File.ReadAllText(page)).Select(match => (match.Groups["alert"].Value, $"{RunbookFolder}{Path.GetFileName(page)}")))
            .Order();

        Assert.Equal(RuleFile.Alerts.Select(alert => (alert.Alert!, alert.Annotations["runbook_url"])).Distinct().Order(), sections);
    }

    [Fact]
    public void Index_of_runbooks_has_every_alert()
    {
        var index = File.ReadAllText(Path.Combine(Checkout.Root, RunbookFolder, "README.md"));
        Assert.All(RuleFile.Alerts, alert => Assert.Matches($@"`{alert.Alert}`.*\]\({Path.GetFileName(alert.Annotations["runbook_url"])}\)", index));
    }

    private static async Task RunPromtoolAsync(params string[] arguments)
    {
        Assert.SkipUnless(Installed.Has("promtool"), "promtool is not installed (Debian: prometheus)");
        var result = await ProgramResult.OfAsync("promtool", arguments, new Dictionary<string, string?>());
        Assert.True(result.ExitCode == 0, $"{result.Output}{result.Errors}");
    }

    // A runbook names its alerts in its second line: Alerts: `A`, `B`.
    [GeneratedRegex(@"(?<=^Alerts?:.*)`(?<alert>[A-Z]\w+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named { get; }
}
