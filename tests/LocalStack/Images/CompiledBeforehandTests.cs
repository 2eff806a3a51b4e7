using System.Reflection.PortableExecutable;
using System.Text.Json;
using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.LocalStack.Tests.Images;

/// <summary>What is in the images starts without compiling itself first.</summary>
public sealed class CompiledBeforehandTests
{
    // What crossgen2 adds to the machine of an assembly that it compiled for Linux (IMAGE_FILE_MACHINE_NATIVE_OS_OVERRIDE).
    private const int Linux = 0x7B79;

    [Fact]
    public void Image_is_compiled_for_the_machine_that_it_is_for_on_whatever_machine_builds_it()
    {
        Assert.Matches(@"\nFROM --platform=\$BUILDPLATFORM [^\n]* AS build\nARG TARGETARCH\n", Dockerfile.Text);
        Assert.Contains(Dockerfile.BuildCommands, static command => command.EndsWith("dotnet restore deploy/local/native.slnf --arch \"$TARGETARCH\"", StringComparison.Ordinal));
        Assert.Contains(
            Dockerfile.BuildCommands,
            static command => command.Contains("dotnet publish \"$project\" ", StringComparison.Ordinal) && command.Contains(" --arch \"$TARGETARCH\" ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Project_that_is_published_for_one_kind_of_machine_asks_for_compiled_code_and_for_every_kind_does_not()
    {
        foreach (var project in Dockerfile.PublishedProjects.Where(static project => project is "gateway" or "usage-processor"))
        {
            var one = await PropertiesAsync(project, "-property:RuntimeIdentifier=linux-arm64");
            var every = await PropertiesAsync(project);

            Assert.Equal("true", one.Compiled);
            Assert.Contains("--non-local-generics-module:*", one.Options, StringComparison.Ordinal);
            Assert.NotEqual("true", every.Compiled);
        }
    }

    /// <remarks>Restores as well, so it shows that packages and lock files do with one kind of machine.</remarks>
    [Theory]
    [InlineData("amd64", Machine.Amd64)]
    [InlineData("arm64", Machine.Arm64)]
    public async Task Commands_of_the_Dockerfile_compile_every_assembly_of_every_program(string architecture, Machine machine)
    {
        ExtensiveTests.SkipUnlessWanted("it builds everything once more, which takes minutes");
        using var directory = new TemporaryDirectory();
        var (source, published) = (directory.Combine("source"), directory.Combine("published"));
        Directory.CreateDirectory(source);
        var copied = await ProgramResult.OfAsync("bash", ["-c", $"cd '{Checkout.Root}' && git ls-files -z | tar --create --null --files-from - | tar --extract --directory '{source}'"]);
        Assert.True(copied.ExitCode == 0, copied.Errors);
        var commands = Dockerfile.BuildCommands.Select(command => command.Replace("/publish/", $"{published}/", StringComparison.Ordinal));

        var result = await ProgramResult.OfAsync(
            "bash",
            ["-ec", $"cd '{source}'\n{string.Join('\n', commands)}"],
            new Dictionary<string, string?> { ["CI"] = "true", ["TARGETARCH"] = architecture });

        Assert.True(result.ExitCode == 0, $"{result.Output}{result.Errors}");
        foreach (var folder in Dockerfile.PublishedProjects.Select(static project => Path.GetFileName(project)))
        {
            var assemblies = Directory.GetFiles(Path.Combine(published, folder), "*.dll");
            Assert.NotEmpty(assemblies);
            Assert.All(assemblies, assembly => Assert.Equal((true, (int)machine ^ Linux), CompiledFor(assembly)));
        }
    }

    private static (bool IsCompiled, int Machine) CompiledFor(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        return (reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, (int)reader.PEHeaders.CoffHeader.Machine);
    }

    private static async Task<(string Compiled, string Options)> PropertiesAsync(string project, params string[] arguments)
    {
        var result = await ProgramResult.OfAsync(
            "dotnet",
            ["msbuild", Path.Combine(Checkout.Root, project), "-getProperty:PublishReadyToRun,PublishReadyToRunCrossgen2ExtraArgs", .. arguments]);
        Assert.True(result.ExitCode == 0, $"{result.Output}{result.Errors}");
        using var json = JsonDocument.Parse(result.Output);
        var properties = json.RootElement.GetProperty("Properties");
        return (properties.GetProperty("PublishReadyToRun").GetString()!, properties.GetProperty("PublishReadyToRunCrossgen2ExtraArgs").GetString()!);
    }
}
