using Gateway.Testing;

namespace Gateway.LocalStack.Tests.Images;

/// <summary>deploy/docker/Dockerfile, as far as it can be read without a Docker engine.</summary>
internal static class Dockerfile
{
    private const string StageBegin = "FROM ";
    private const string CommandBegin = "RUN ";
    private const string ProjectsBegin = "for project in ";

    public static readonly string Text = File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "docker", "Dockerfile"));

    /// <summary>What the stage that compiles does, a command each.</summary>
    public static IReadOnlyList<string> BuildCommands { get; } =
    [
        .. Text.Split($"\n{StageBegin}")[1].Replace("\\\n", string.Empty, StringComparison.Ordinal).Split('\n')
            .Where(static line => line.StartsWith(CommandBegin, StringComparison.Ordinal))
            .Select(static line => line[CommandBegin.Length..]),
    ];

    /// <summary>The folders of the projects that it publishes.</summary>
    public static IReadOnlyList<string> PublishedProjects { get; } =
        BuildCommands.Single(static command => command.StartsWith(ProjectsBegin, StringComparison.Ordinal))[ProjectsBegin.Length..].Split(';')[0].Split(' ');
}
