using System.Text.RegularExpressions;
using Gateway.Testing;

namespace Gateway.LocalStack.Tests.Images;

/// <summary>deploy/docker/Dockerfile, as far as it can be read without a Docker engine.</summary>
internal static partial class Dockerfile
{
    public static readonly string Text = File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "docker", "Dockerfile"));

    /// <summary>What the stage that compiles does, a command each.</summary>
    public static IReadOnlyList<string> BuildCommands { get; } =
        [.. Run().Matches(BuildStage().Match(Text).Value).Select(static match => match.Groups[1].Value)];

    /// <summary>The folders of the projects that it publishes.</summary>
    public static IReadOnlyList<string> PublishedProjects { get; } = Published().Match(Text).Groups[1].Value.Split(' ');

    [GeneratedRegex(@"FROM [^\n]* AS build\n(?:(?!FROM ).*\n)*")]
    private static partial Regex BuildStage();

    [GeneratedRegex(@"^RUN ((?:.*\\\n)*.*)", RegexOptions.Multiline)]
    private static partial Regex Run();

    [GeneratedRegex(@"for project in ([^;]+);")]
    private static partial Regex Published();
}
