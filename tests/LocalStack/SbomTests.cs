using System.Text.Json;
using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.LocalStack.Tests;

/// <summary>What <c>./dev sbom</c> writes of a program.</summary>
public sealed class SbomTests
{
    private const string Project = "db";

    private static readonly Dictionary<string, string?> NoVariables = [];

    [Fact]
    public async Task Bill_of_materials_names_every_package_of_the_lock_file_and_is_the_same_each_time()
    {
        var tool = await ProgramResult.OfAsync("bash", ["-c", $"cd '{Checkout.Root}' && dotnet tool run dotnet-CycloneDX -- --version"], NoVariables);
        Assert.SkipUnless(tool.ExitCode == 0, "CycloneDX is not installed: dotnet tool restore");
        using var directory = new TemporaryDirectory();

        var first = await WriteAsync(directory.Combine("first"));
        var second = await WriteAsync(directory.Combine("second"));

        Assert.Equal(first, second);
        using var bill = JsonDocument.Parse(first);
        Assert.Equal(("CycloneDX", "1.6"), (Text(bill.RootElement, "bomFormat"), Text(bill.RootElement, "specVersion")));
        var components = bill.RootElement.GetProperty("components").EnumerateArray().ToDictionary(component => Text(component, "purl"));
        Assert.DoesNotContain(components.Keys, component => component.Contains("Analyzer", StringComparison.Ordinal));
        foreach (var (name, version) in LockedPackages())
        {
            var component = components[$"pkg:nuget/{name}@{version}"];
            Assert.NotEmpty(component.GetProperty("licenses").EnumerateArray());
            Assert.Contains(component.GetProperty("hashes").EnumerateArray(), hash => Text(hash, "alg") == "SHA-512" && Text(hash, "content").Length == 128);
        }
    }

    private static async Task<string> WriteAsync(string folder)
    {
        var result = await ProgramResult.OfAsync(Path.Combine(Checkout.Root, "deploy", "sbom"), [folder, Project], NoVariables);
        Assert.True(result.ExitCode == 0, result.Errors);
        return await File.ReadAllTextAsync(Path.Combine(folder, $"{Project}.cdx.json"));
    }

    // Without what only the build uses: analyzers reach nobody.
    private static List<(string Name, string Version)> LockedPackages()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, Project, "packages.lock.json")));
        return file.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => Text(package.Value, "type") != "Project" && !package.Name.Contains("Analyzer", StringComparison.Ordinal))
            .Select(package => (package.Name, Text(package.Value, "resolved")))
            .ToList();
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
