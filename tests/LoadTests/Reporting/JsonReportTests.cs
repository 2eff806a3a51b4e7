using Gateway.LoadTests.Reporting;
using Gateway.Testing;

namespace Gateway.LoadTests.Tests.Reporting;

public sealed class JsonReportTests
{
    // Programs read this: what is there stays, under its name.
    private const string Expected =
        """
        {"name":"steady","target":"a stack of its own","startedAt":"2026-11-28T12:00:00\u002B00:00","cores":2,"load":1.5,
        "scenarios":[{"name":"steady","requests":10,"failed":1,"requestsPerSecond":5,"bytes":900,"statuses":{"0":1,"200":9},
        "latency":{"mean":1.5,"p50":1,"p95":3,"p99":4,"p999":5,"maximum":6,
        "percentiles":[{"percentile":0,"milliseconds":1},{"percentile":50,"milliseconds":1},{"percentile":100,"milliseconds":6}]},
        "late":{"mean":0.1,"p50":0.1,"p95":0.2,"p99":0.3,"p999":0.4,"maximum":0.5,"percentiles":[]},"maximumInFlight":2,
        "intervals":[{"second":0,"requests":6,"failed":0,"p50":1,"p99":4,"maximum":6},
        {"second":1,"requests":0,"failed":0,"p50":null,"p99":null,"maximum":null},
        {"second":2,"requests":4,"failed":1,"p50":1,"p99":3,"maximum":3}]}],
        "gateway":[{"second":0,"cpuSeconds":1,"ownBytes":52428800},{"second":1,"cpuSeconds":1.25,"ownBytes":53477376}],
        "usage":{"answered":9,"unanswered":1,"billableRows":9,"billableInLedger":9,"atBackend":10},
        "thresholds":[{"name":"p99 of steady","unit":"ms","maximum":3,"actual":4,"passed":false}]}
        """;

    [Fact]
    public void Names_order_and_figures_are_those_that_programs_read() => Assert.Equal(
        Expected.ReplaceLineEndings(string.Empty),
        System.Text.Json.Nodes.JsonNode.Parse(JsonReport.Of(SampleStats.Create()))!.ToJsonString());

    [Fact]
    public async Task File_has_all_of_it_where_one_is_wanted()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("figures.json");

        await JsonReport.WriteAsync(SampleStats.Create(), file: null);
        await JsonReport.WriteAsync(SampleStats.Create(), file);

        Assert.Equal(JsonReport.Of(SampleStats.Create()), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }
}
