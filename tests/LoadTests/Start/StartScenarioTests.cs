using Gateway.LoadTests.Start;
using Gateway.Testing;

namespace Gateway.LoadTests.Tests.Start;

public sealed class StartScenarioTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public StartScenarioTests() => File.WriteAllText(_folder.Combine("gateway.dll"), string.Empty);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arguments_that_are_given_replace_the_defaults()
    {
        var file = _folder.Combine("figures.json");
        var command = new StartCommand();

        var scenario = command.Read(command.Parse(
            ["--rounds", "3", "--rate", "500", "--connections", "16", "--warm-up", "1", "--json", file, $"plain={_folder.Path}", $"compiled={_folder.Path}"]));

        Assert.Equal([new PublishedGateway("plain", _folder.Path), new PublishedGateway("compiled", _folder.Path)], scenario.Gateways);
        Assert.Equal(new StartScenario(scenario.Gateways, 3, 500, 16, TimeSpan.FromSeconds(1), file), scenario);
    }

    [Fact]
    public void Two_gateways_of_one_name_are_refused()
    {
        var parsed = new StartCommand().Parse([$"a={_folder.Path}", $"a={_folder.Path}"]);

        Assert.Equal("two are named a", parsed.Errors[0].Message);
    }
}
