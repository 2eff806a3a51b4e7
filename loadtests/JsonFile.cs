namespace Gateway.LoadTests;

/// <summary>The file of <c>--json</c>, looked at before anything is measured and not after an hour of it.</summary>
internal static class JsonFile
{
    public const string Option = "--json";

    /// <summary>Answers why nothing can be written there, or null.</summary>
    public static string? Problem(string file)
    {
        if (file.Length == 0 || file.StartsWith("--", StringComparison.Ordinal))
        {
            return $"{Option} takes a file";
        }

        return Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))) ? null : $"{Option}: there is no folder for {file}";
    }
}
