namespace Gateway.Database.Commands;

/// <summary>What a command sees of the world, so that it can be tested without a console.</summary>
public sealed record CommandEnvironment
{
    /// <summary>Reads an environment variable.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>For data.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>For everything else.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Reads a line that somebody types; <c>null</c> where nobody can, because it is no terminal.</summary>
    public Func<string?>? ReadLine { get; init; }

    /// <summary>Measures how long to wait.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The real one.</summary>
    public static CommandEnvironment OfThisProcess() => new()
    {
        Variable = Environment.GetEnvironmentVariable,
        Output = Console.Out,
        Error = Console.Error,
        ReadLine = Console.IsInputRedirected ? null : Console.ReadLine,
    };
}
