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
        string[] arguments =
        [
            "--rounds", "3", "--rate", "500", "--connections", "16", "--warm-up", "1", "--json", "figures.json", $"plain={_folder.Path}", $"compiled={_folder.Path}",
        ];

        Assert.Null(StartScenario.TryParse(arguments, out var scenario));

        Assert.Equal([new PublishedGateway("plain", _folder.Path), new PublishedGateway("compiled", _folder.Path)], scenario.Gateways);
        Assert.Equal(new StartScenario(scenario.Gateways, 3, 500, 16, TimeSpan.FromSeconds(1), "figures.json"), scenario);
    }

    [Theory]
    [InlineData("--rounds", "0")]
    [InlineData("--rate", "many")]
    [InlineData("--warm-up", null)]
    [InlineData("--json", "no-such-folder/figures.json")]
    [InlineData("--fast", "1")]
    [InlineData("plain", null)]
    [InlineData("=folder", null)]
    [InlineData("../plain=folder", null)]
    [InlineData("nowhere=no-such-folder", null)]
    public void Arguments_that_make_no_sense_are_named_in_one_line(string argument, string? value)
    {
        string[] arguments = value is null ? [argument] : [argument, value];

        var problem = StartScenario.TryParse(arguments, out _);

        Assert.NotNull(problem);
        Assert.Contains(argument.Split('=')[0], problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void Two_gateways_of_one_name_and_none_at_all_are_refused()
    {
        Assert.Equal("There are two named a", StartScenario.TryParse([$"a={_folder.Path}", $"a={_folder.Path}"], out _));
        Assert.StartsWith("start takes at least one NAME=FOLDER", StartScenario.TryParse([], out _), StringComparison.Ordinal);
    }
}
