namespace Gateway.Keygen.Completion;

/// <summary>What a shell needs to complete keygen's command lines: it asks keygen itself, so a script never goes out of date.</summary>
internal static class CompletionScript
{
    /// <summary>Shells that there is a script for.</summary>
    public static string[] Shells { get; } = ["bash", "zsh", "fish"];

    /// <param name="shell">One of <see cref="Shells"/>.</param>
    public static string Of(string shell)
    {
        using var resource = typeof(CompletionScript).Assembly.GetManifestResourceStream($"completion.{shell}")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
