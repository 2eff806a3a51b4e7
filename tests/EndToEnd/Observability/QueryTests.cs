using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Tests.Observability.Dashboards;
using Gateway.EndToEnd.Tests.Observability.Running;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Observability;

/// <summary>
/// Every query of every dashboard and of every rule, asked of a real Prometheus and a real database beside a stack that works: none
/// is an error, and where there was traffic there is an answer.
/// </summary>
public sealed partial class QueryTests(TestServers servers, Observation observed) : IClassFixture<Observation>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    // Queries without an answer where nothing has gone wrong, and why.
    private static readonly Dictionary<string, string> MayBeEmpty = new()
    {
        ["limits-and-keys.json / Seeds and corrections / B"] = "no counter of a quota was wrong",
        ["tenants-and-billing.json / Late usage / A"] = "nothing was stored hours late",
    };

    // Metrics of what did not happen.
    private static readonly string[] MayBeAbsent = ["gateway_quota_corrections_total", "usage_processor_batches_fenced_total"];

    // The first two are the tests' own doing. A machine that is busy with tests makes a gateway slow.
    private static readonly string[] MayFire = ["DeadLettersWaiting", "BackendFailing", "GatewayOverheadBudgetBurn"];

    [Fact]
    public async Task Every_query_of_Prometheus_on_every_dashboard_is_answered()
    {
        var prometheus = (await observed.GetAsync()).Prometheus;
        var queries = Dashboard.All.SelectMany(dashboard => dashboard.Queries).Where(query => !query.IsSql)
            .ToDictionary(query => query.Name, query => (Text: NewSubstitution().OfPromQl(query.Panel.Dashboard, query.Text), query.IsInstant), StringComparer.Ordinal);

        await UntilAnsweredAsync(queries.Keys, name => prometheus.HasDataAsync(queries[name].Text, queries[name].IsInstant));
    }

    [Fact]
    public async Task Every_variable_of_Prometheus_has_values_to_choose_from()
    {
        var prometheus = (await observed.GetAsync()).Prometheus;
        foreach (var variable in Dashboard.All.SelectMany(dashboard => dashboard.Variables).Where(variable => IsOf(variable, "prometheus")))
        {
            var match = LabelValues.Match(variable.GetProperty("query").GetString()!);
            Assert.True(match.Success);
            await Eventually.IsTrueAsync(
                async () => (await prometheus.ReadAsync($"label/{match.Groups["label"].Value}/values", ("match[]", match.Groups["series"].Value))).GetArrayLength() > 0,
                match.Value, Deadline);
        }
    }

    [Fact]
    public async Task Every_rule_is_evaluated_over_metrics_that_are_there_and_silent_while_all_is_well()
    {
        var prometheus = (await observed.GetAsync()).Prometheus;
        var rules = await Eventually.BecomesAsync(
            async () => (await prometheus.ReadAsync("rules")).GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList(),
            loaded => loaded.TrueForAll(rule => rule.GetProperty("health").GetString() == "ok"),
            "every rule is evaluated without an error", Deadline);
        Assert.Equal(RuleFile.Rules.Count, rules.Count);

        var recordings = RuleFile.Rules.Where(rule => rule.Record is not null).ToDictionary(rule => rule.Record!, rule => rule.Expr, StringComparer.Ordinal);
        await UntilAnsweredAsync(recordings.Keys, name => prometheus.HasDataAsync(name, isInstant: true));
        foreach (var alert in RuleFile.Alerts)
        {
            await prometheus.ReadAsync("query", ("query", alert.Expr));
        }

        // An alert is silent for two reasons, and a misspelled metric is the other one.
        var names = (await prometheus.ReadAsync("label/__name__/values")).EnumerateArray().Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal);
        var asked = RuleFile.Rules.Select(rule => rule.Expr).Concat(Dashboard.All.SelectMany(dashboard => dashboard.Queries).Where(query => !query.IsSql).Select(query => query.Text))
            .SelectMany(text => Metric.Matches(Labels.Replace(text, " "))).Select(match => match.Value);
        Assert.Empty(asked.Except(names).Except(MayBeAbsent));

        var firing = (await prometheus.ReadAsync("alerts")).GetProperty("alerts").EnumerateArray().Where(alert => alert.GetProperty("state").GetString() == "firing")
            .Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!);
        Assert.Empty(firing.Except(MayFire));
    }

    [Fact]
    public async Task Every_query_of_the_database_on_every_dashboard_is_answered() => await AskDatabaseAsync(await observed.GetAsync());

    [Fact]
    public async Task Every_query_of_the_database_on_every_dashboard_is_answered_by_TimescaleDB()
    {
        Assert.SkipUnless((await servers.PostgresAsync()).HasTimescaleDb, "TimescaleDB is not installed");
        var stack = await observed.GetAsync();
        Assert.Equal(1, await stack.Stack.QueryAsync<long>("SELECT count(*) FROM timescaledb_information.hypertables WHERE hypertable_name = 'usage_events'"));
        await AskDatabaseAsync(stack);
    }

    [Fact]
    public void Exceptions_are_of_queries_that_there_are() =>
        Assert.Empty(MayBeEmpty.Keys.Except(Dashboard.All.SelectMany(dashboard => dashboard.Queries).Select(query => query.Name)));

    private static async Task AskDatabaseAsync(Observation observed)
    {
        var queries = Dashboard.All.SelectMany(dashboard => dashboard.Queries).Where(query => query.IsSql).ToDictionary(query => query.Name, query => query.Text, StringComparer.Ordinal);
        await UntilAnsweredAsync(queries.Keys, async name => await observed.Stack.HasRowsAsync(NewSubstitution().OfSql(queries[name], "all")));
        foreach (var query in queries.Values)
        {
            await observed.Stack.HasRowsAsync(NewSubstitution().OfSql(query, observed.Organization));
        }

        foreach (var variable in Dashboard.All.SelectMany(dashboard => dashboard.Variables).Where(variable => IsOf(variable, "timescaledb")))
        {
            Assert.True(await observed.Stack.HasRowsAsync(variable.GetProperty("query").GetString()!));
        }
    }

    /// <summary>Asks all of them until each has had an answer. An error is one at once.</summary>
    private static async Task UntilAnsweredAsync(IEnumerable<string> names, Func<string, Task<bool>> hasDataAsync)
    {
        var open = names.ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(open);
        await Eventually.BecomesAsync(
            async () =>
            {
                foreach (var name in open.ToList())
                {
                    if (await hasDataAsync(name) || MayBeEmpty.ContainsKey(name))
                    {
                        open.Remove(name);
                    }
                }

                return string.Join(", ", open);
            },
            string.IsNullOrEmpty, "no query is without an answer", Deadline);
    }

    private static Substitution NewSubstitution()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new(now.AddHours(-1), now, DashboardTests.ScrapeSeconds);
    }

    private static bool IsOf(JsonElement variable, string uid) => variable.GetProperty("datasource").GetProperty("uid").GetString() == uid;

    [GeneratedRegex(@"^label_values\((?<series>.+), (?<label>\w+)\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelValues { get; }

    [GeneratedRegex(@"\{[^}]*\}|\bby \([^)]*\)", RegexOptions.None, 1000)]
    private static partial Regex Labels { get; }

    [GeneratedRegex(@"\b(gateway|usage_processor|http|kestrel|dotnet|db)[_:][a-z0-9_:]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Metric { get; }
}
