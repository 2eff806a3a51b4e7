using System.Xml.Linq;
using Gateway.Testing;

namespace Gateway.Architecture.Tests;

/// <summary>The sources, as they are in the checkout.</summary>
internal static class Repository
{
    /// <summary>The projects of the product, by folder.</summary>
    public static readonly string[] Applications = ["gateway", "usage-processor", "keygen-cli"];

    public static string Root => Checkout.Root;

    /// <summary>The top-level folders that a project refers to.</summary>
    public static IReadOnlyList<string> ReferencesOf(string folder)
    {
        var project = Directory.GetFiles(Path.Combine(Root, folder), "*.csproj").Single();
        return
        [
            .. XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => Path.GetRelativePath(Root, Path.Combine(Root, folder, reference.Attribute("Include")!.Value)))
                .Select(path => path.Split(Path.DirectorySeparatorChar)[0])
                .Order(),
        ];
    }

    /// <summary>Source files below a folder: path relative to the checkout, and text.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(string folder, string pattern = "*.cs") =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(Root, path), File.ReadAllText(path)));
}
