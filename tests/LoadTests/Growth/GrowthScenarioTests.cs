using Gateway.LoadTests.Growth;

namespace Gateway.LoadTests.Tests.Growth;

public sealed class GrowthScenarioTests
{
    [Fact]
    public void Arguments_that_are_given_replace_the_defaults_also_those_of_quick()
    {
        var file = Path.Combine(Path.GetTempPath(), "growth.json");
        Assert.Null(GrowthScenario.TryParse(["--rate", "900", "--quick", "--seconds", "7", "--warm-up", "10", "--rounds", "2", "--json", file], out var scenario));

        Assert.Equal(new GrowthScenario(Rate: 900, TimeSpan.FromSeconds(7), WarmUpRequests: 10, Rounds: 2, IsQuick: true, file), scenario);
    }

    [Theory]
    [InlineData("--rate", "0")]
    [InlineData("--seconds", "601")]
    [InlineData("--rounds", "many")]
    [InlineData("--warm-up", null)]
    [InlineData("--json", "--quick")]
    [InlineData("--json", "/nowhere/at/all/growth.json")]
    [InlineData("--keys", "3")]
    public void Arguments_that_make_no_sense_are_named_in_one_line(string option, string? value)
    {
        string[] arguments = value is null ? [option] : [option, value];

        var problem = GrowthScenario.TryParse(arguments, out _);

        Assert.NotNull(problem);
        Assert.Contains(option, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void One_dimension_grows_at_a_time_from_one_to_what_is_promised()
    {
        var points = GrowthPoint.All(isQuick: false);

        foreach (var (dimension, furthest) in ((string, int)[])[("keys", 1_000_000), ("tenants", 10_000), ("routes", 1_000), ("connections", 10_000)])
        {
            var counts = points.Where(point => point.Dimension == dimension).Select(point => point.Count).ToArray();
            Assert.Equal((1, furthest), (counts[0], counts[^1]));
            Assert.Equal(counts.Order().Distinct(), counts);
        }

        Assert.All(points, point => Assert.True(point.Keys >= point.Tenants));
    }
}
