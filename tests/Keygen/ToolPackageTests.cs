using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>What <c>dotnet tool install</c> gets.</summary>
public sealed class ToolPackageTests
{
    [Fact]
    public async Task Packed_tool_can_be_installed_and_run()
    {
        using var directory = new TemporaryDirectory();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

        await RunAsync("dotnet", "pack", Path.Combine(Checkout.Root, "keygen-cli"), "--no-build", "--configuration", configuration, "--output", directory.Path);
        await RunAsync("dotnet", "tool", "install", "Gateway.Keygen", "--tool-path", directory.Combine("tools"), "--source", directory.Path);

        Assert.Matches(@"^\d+\.\d+\.\d+", await RunAsync(directory.Combine("tools/keygen"), "--version"));
        Assert.StartsWith("Description:", await RunAsync(directory.Combine("tools/keygen"), "create", "--help"), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await ProgramResult.OfAsync(program, arguments);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {result.Output}{result.Errors}");
        return result.Output;
    }
}
