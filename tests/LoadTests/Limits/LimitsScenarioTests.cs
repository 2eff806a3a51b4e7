using Gateway.LoadTests.Limits;

namespace Gateway.LoadTests.Tests.Limits;

public sealed class LimitsScenarioTests
{
    [Fact]
    public void Arguments_that_are_given_replace_the_defaults()
    {
        var scenario = Read("exact=http://127.0.0.1:9001/hello", "--rate", "200", "--seconds", "7", "leased=http://127.0.0.1:1/,http://127.0.0.1:2/", "--rounds", "9");

        Assert.Equal(["exact", "leased"], scenario.Groups.Select(static group => group.Name));
        Assert.Equal(["http://127.0.0.1:1/", "http://127.0.0.1:2/"], scenario.Groups[1].Urls.Select(static url => url.AbsoluteUri));
        Assert.Equal(new LimitsScenario(scenario.Groups, Clients: 64, Rate: 200, TimeSpan.FromSeconds(7), Rounds: 9), scenario);
    }

    [Fact]
    public void Without_a_rate_so_many_requests_are_always_under_way()
    {
        var scenario = Read("exact=http://127.0.0.1:9001/", "--clients", "8");

        Assert.Equal(new LimitsScenario(scenario.Groups, Clients: 8, Rate: null, TimeSpan.FromSeconds(5), Rounds: 3), scenario);
    }

    private static LimitsScenario Read(params string[] arguments)
    {
        var command = new LimitsCommand();
        return command.Read(command.Parse(arguments));
    }
}
