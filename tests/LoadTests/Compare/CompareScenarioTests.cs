using Gateway.LoadTests.Compare;

namespace Gateway.LoadTests.Tests.Compare;

public sealed class CompareScenarioTests
{
    [Fact]
    public void Arguments_that_are_given_replace_the_defaults()
    {
        string[] arguments =
        [
            "--rounds", "3", "--seconds", "2", "--connections", "16", "--warm-up", "1", "--only", "backend,yarp", "--json", "figures.json", "--check",
        ];

        var scenario = Read(arguments);

        Assert.Equal(["backend", "yarp"], scenario.Only);
        Assert.Equal(
            new CompareScenario(16, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 3, scenario.Only, "figures.json", IsCheck: true), scenario);
        Assert.Equal((true, false), (scenario.Wants("yarp"), scenario.Wants("gateway")));
    }

    [Fact]
    public void Without_arguments_everybody_takes_part()
    {
        var scenario = Read();

        Assert.All(ContestantNames.All, name => Assert.True(scenario.Wants(name)));
    }

    private static CompareScenario Read(params string[] arguments)
    {
        var command = new CompareCommand();
        return command.Read(command.Parse(arguments));
    }
}
