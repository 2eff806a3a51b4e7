using Gateway.LoadTests.Ingest;

namespace Gateway.LoadTests.Tests.Ingest;

public sealed class IngestScenarioTests
{
    [Fact]
    public void Arguments_that_are_given_replace_the_defaults()
    {
        string[] arguments = ["--rounds", "7", "--events", "50000", "--processors", "4", "--rows-present", "1000000", "--batch-messages", "800", "--json", "report.json"];

        var scenario = Read(arguments);

        Assert.Equal(new IngestScenario(Events: 50_000, Rounds: 7, Processors: 4, RowsPresent: 1_000_000, BatchMessages: 800, JsonFile: "report.json"), scenario);
    }

    [Fact]
    public void No_arguments_are_a_short_run_with_one_processor()
    {
        var scenario = Read();

        Assert.Equal([new Contestant(0, OnPresentRows: false), new Contestant(1, OnPresentRows: false)], scenario.Contestants());
    }

    [Fact]
    public void Every_table_has_its_own_path_to_compare_with()
    {
        var scenario = Read("--processors", "3", "--rows-present", "10");

        var contestants = scenario.Contestants();

        Assert.Equal(6, contestants.Count);
        Assert.All(contestants, contestant => Assert.Contains(contestant.ToOwnPath(), contestants));
    }

    private static IngestScenario Read(params string[] arguments)
    {
        var command = new IngestCommand();
        return command.Read(command.Parse(arguments));
    }
}
