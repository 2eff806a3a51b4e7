using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Database.Scripts;

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

    /// <summary>Its number and name as its files have them: <c>001_create_organizations</c>.</summary>
    public string FullName => $"{Version:000}_{Name}";

    /// <summary>
    /// The SHA-256 of <see cref="Up"/> in hexadecimal digits. Line endings count as LF, so that it does not depend on how
    /// git checked the file out. The way back is not part of it: a mistake there can be put right later.
    /// </summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Up.ReplaceLineEndings("\n"))));

    internal SqlFile UpFile => new($"{FullName}.up.sql", Up);

    internal SqlFile DownFile => new($"{FullName}.down.sql", Down);

    private static List<Migration> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Select(resource => UpResource.Match(resource))
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
    private static partial Regex UpResource { get; }
}
