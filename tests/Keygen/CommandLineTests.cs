using System.CommandLine;
using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.Commands;

namespace Gateway.Keygen.Tests;

public sealed class CommandLineTests : CommandLineTest
{
    // They print a script, and a page.
    private static readonly string[] WithoutJson = ["completion", "reference"];

    public static TheoryData<string> Commands => [.. Leaves(KeygenCommandLine.Build(Surroundings.OfThisProcess()), string.Empty)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_of_every_command_has_an_example_and_json(string command)
    {
        var help = (await RunAsync([.. command.Split(' '), "--help"])).Succeeded();

        Assert.Matches($@"(?s)Examples:\n  .*keygen {command}", help.Output);
        Assert.Equal(!WithoutJson.Contains(command), help.Output.Contains("--json", StringComparison.Ordinal));
        Assert.Empty(help.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("org")]
    [InlineData("limits")]
    [InlineData("quota")]
    [InlineData("backend")]
    public async Task Group_without_a_command_shows_its_help(string group) =>
        Assert.Contains("Commands:", (await RunAsync(group.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Succeeded().Output, StringComparison.Ordinal);

    [Fact]
    public async Task Version_is_printed() => Assert.Matches(@"^\d+\.\d+\.\d+", (await RunAsync("--version")).Succeeded().Output);

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("org frobnicate")]
    [InlineData("list superfluous")]
    [InlineData("list --frobnicate")]
    [InlineData("create --org-id x")]
    [InlineData("create --name x")]
    [InlineData("create --name x --org-id")]
    [InlineData("revoke")]
    [InlineData("list --org-id a --org-id b")]
    [InlineData("usage --org-id a --by week")]
    [InlineData("usage --org-id a --by organization")]
    [InlineData("usage --org-id a --json --csv")]
    [InlineData("top --by day")]
    [InlineData("top --limit 0")]
    [InlineData("top --limit 1001")]
    [InlineData("top --json --csv")]
    [InlineData("events")]
    [InlineData("events --org-id a --status 42")]
    [InlineData("events --org-id a --status 0xx")]
    [InlineData("events --org-id a --outcome lost")]
    [InlineData("events --org-id a --key-id xyz")]
    [InlineData("events --org-id a --limit -1")]
    [InlineData("events --org-id a --from soon")]
    [InlineData("tail --limit 0")]
    [InlineData("tail --status 99999")]
    [InlineData("verify a b")]
    [InlineData("doctor now")]
    public async Task Command_line_that_is_wrong_is_a_usage_error_that_points_to_help(string arguments)
    {
        var result = await RunAsync(arguments.Split(' '));

        Assert.Equal((2, string.Empty), (result.ExitCode, result.Output));
        Assert.StartsWith("keygen: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("--help.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_in_a_wrong_place_is_not_repeated()
    {
        var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Test);

        var result = await RunAsync("list", key);

        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain(key[..13], result.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Leaves(Command command, string name) => command.Subcommands.Count == 0
        ? [name]
        : command.Subcommands.SelectMany(subcommand => Leaves(subcommand, $"{name} {subcommand.Name}".TrimStart()));
}
