using Gateway.Contracts.ApiKeys;

namespace Gateway.Keygen.Tests;

public sealed class CommandLineTests : CommandLineTest
{
    public static TheoryData<string> Commands =>
    [
        "org create", "org list", "org show", "org rename", "org suspend", "org resume", "create", "list", "show", "update", "disable", "enable", "revoke", "rotate",
        "limits show", "limits set", "limits unset", "limits shadow", "quota show", "quota set", "quota unset",
        "backend set", "backend show", "backend list", "backend check", "backend remove", "usage", "audit",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_of_every_command_has_an_example_and_json(string command)
    {
        var help = (await RunAsync([.. command.Split(' '), "--help"])).Succeeded();

        Assert.Matches($@"(?s)--json.*Examples:\n  .*keygen {command}", help.Output);
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
}
