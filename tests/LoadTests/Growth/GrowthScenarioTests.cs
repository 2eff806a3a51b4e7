using Gateway.LoadTests.Growth;

namespace Gateway.LoadTests.Tests.Growth;

public sealed class GrowthScenarioTests
{
    [Fact]
    public void Arguments_that_are_given_replace_the_defaults_also_those_of_quick()
    {
        var file = Path.Combine(Path.GetTempPath(), "growth.json");
        var scenario = Read("--rate", "900", "--quick", "--seconds", "7", "--warm-up", "10", "--rounds", "2", "--json", file);

        Assert.Equal(new GrowthScenario(Rate: 900, TimeSpan.FromSeconds(7), WarmUpRequests: 10, Rounds: 2, IsQuick: true, file), scenario);
    }

    [Fact]
    public void Quick_run_is_short_where_nothing_else_is_said()
    {
        var thorough = new GrowthScenario(Rate: 2_000, TimeSpan.FromSeconds(5), WarmUpRequests: 50_000, Rounds: 3, IsQuick: false, JsonFile: null);

        Assert.Equal(thorough, Read());
        Assert.Equal(thorough with { During = TimeSpan.FromSeconds(2), Rounds = 1, IsQuick = true }, Read("--quick"));
        Assert.Equal(thorough with { During = TimeSpan.FromSeconds(2), IsQuick = true }, Read("--rounds", "3", "--quick"));
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

    private static GrowthScenario Read(params string[] arguments)
    {
        var command = new GrowthCommand();
        return command.Read(command.Parse(arguments));
    }
}
