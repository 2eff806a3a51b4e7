using System.Reflection;
using System.Text.RegularExpressions;

namespace Gateway.Database.Running;

/// <summary>One step of the schema, <c>NNN_name.up.sql</c>, and its way back, <c>NNN_name.down.sql</c>.</summary>
/// <param name="Version">Its number; steps are applied in this order.</param>
/// <param name="Name">What it does, as in its file's name.</param>
/// <param name="Up">The SQL that applies it.</param>
/// <param name="Down">The SQL that takes it back.</param>
public sealed partial record Migration(int Version, string Name, string Up, string Down)
{
    private const string ResourceFolder = "migrations/";

    /// <summary>The migrations that this build carries, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load();

    /// <summary>The schema that this build works with: the last migration's version.</summary>
    public static int LatestVersion => All[^1].Version;

    private static List<Migration> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Select(resource => UpFile.Match(resource))
            .Where(match => match.Success)
            .Select(match => new Migration(
                int.Parse(match.Groups["version"].ValueSpan),
                match.Groups["name"].Value,
                Read($"{match.Groups["version"]}_{match.Groups["name"]}.up.sql"),
                Read($"{match.Groups["version"]}_{match.Groups["name"]}.down.sql")))
            .OrderBy(migration => migration.Version)
            .ToList();

        string Read(string file)
        {
            using var stream = assembly.GetManifestResourceStream(ResourceFolder + file)
                ?? throw new InvalidOperationException($"{file} is missing.");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    [GeneratedRegex(@"^migrations/(?<version>\d{3})_(?<name>\w+)\.up\.sql$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UpFile { get; }
}
