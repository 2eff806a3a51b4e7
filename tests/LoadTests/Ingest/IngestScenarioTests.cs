using Gateway.LoadTests.Ingest;

namespace Gateway.LoadTests.Tests.Ingest;

public sealed class IngestScenarioTests
{
    [Fact]
    public void Arguments_that_are_given_replace_the_defaults()
    {
        string[] arguments = ["--rounds", "7", "--events", "50000", "--processors", "4", "--rows-present", "1000000", "--batch-messages", "800", "--json", "report.json"];

        Assert.Null(IngestScenario.TryParse(arguments, out var scenario));

        Assert.Equal(new IngestScenario(Events: 50_000, Rounds: 7, Processors: 4, RowsPresent: 1_000_000, BatchMessages: 800, JsonFile: "report.json"), scenario);
    }

    [Fact]
    public void No_arguments_are_a_short_run_with_one_processor()
    {
        Assert.Null(IngestScenario.TryParse([], out var scenario));

        Assert.Equal([new Contestant(0, OnPresentRows: false), new Contestant(1, OnPresentRows: false)], scenario.Contestants());
    }

    [Theory]
    [InlineData("--events", "19999")]
    [InlineData("--events", "many")]
    [InlineData("--events", null)]
    [InlineData("--rounds", "0")]
    [InlineData("--processors", "13")]
    [InlineData("--rows-present", "-1")]
    [InlineData("--batch-messages", "10001")]
    [InlineData("--json", null)]
    [InlineData("--json", "/no/such/folder/report.json")]
    [InlineData("--tempo", "3")]
    [InlineData("fast", null)]
    public void Arguments_that_make_no_sense_are_named_in_one_line(string option, string? value)
    {
        string[] arguments = value is null ? [option] : [option, value];

        var problem = IngestScenario.TryParse(arguments, out _);

        Assert.NotNull(problem);
        Assert.Contains(option, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void Every_table_has_its_own_path_to_compare_with()
    {
        IngestScenario.TryParse(["--processors", "3", "--rows-present", "10"], out var scenario);

        var contestants = scenario.Contestants();

        Assert.Equal(6, contestants.Count);
        Assert.All(contestants, contestant => Assert.Contains(contestant.ToOwnPath(), contestants));
    }
}
