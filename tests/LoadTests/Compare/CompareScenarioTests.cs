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

        Assert.Null(CompareScenario.TryParse(arguments, out var scenario));

        Assert.Equal(["backend", "yarp"], scenario.Only);
        Assert.Equal(
            new CompareScenario(16, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 3, scenario.Only, "figures.json", IsCheck: true), scenario);
        Assert.Equal((true, false), (scenario.Wants("yarp"), scenario.Wants("gateway")));
    }

    [Fact]
    public void Without_arguments_everybody_takes_part()
    {
        Assert.Null(CompareScenario.TryParse([], out var scenario));

        Assert.All(ContestantNames.All, name => Assert.True(scenario.Wants(name)));
    }

    [Theory]
    [InlineData("--rounds", "0")]
    [InlineData("--seconds", "601")]
    [InlineData("--connections", "many")]
    [InlineData("--warm-up", null)]
    [InlineData("--only", "apache")]
    [InlineData("--only", null)]
    [InlineData("--json", "no-such-folder/figures.json")]
    [InlineData("--json", "--check")]
    [InlineData("--fast", "1")]
    public void Arguments_that_make_no_sense_are_named_in_one_line(string option, string? value)
    {
        string[] arguments = value is null ? [option] : [option, value];

        var problem = CompareScenario.TryParse(arguments, out _);

        Assert.NotNull(problem);
        Assert.Contains(option, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }
}
