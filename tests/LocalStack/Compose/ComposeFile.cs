using Gateway.Testing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Gateway.LocalStack.Tests.Compose;

/// <summary>The repository's docker-compose.yml, with its anchors and merges resolved.</summary>
internal static class ComposeFile
{
    public static string Path { get; } = System.IO.Path.Combine(Checkout.Root, "docker-compose.yml");

    public static IReadOnlyDictionary<string, Dictionary<object, object?>> Services { get; } = Read("services");

    public static IReadOnlyDictionary<string, Dictionary<object, object?>> Secrets { get; } = Read("secrets");

    public static IEnumerable<string> Texts(object? list) => ((IEnumerable<object>?)list ?? []).Select(item => $"{item}");

    public static Dictionary<object, object?> Map(object? map) => (Dictionary<object, object?>?)map ?? [];

    private static Dictionary<string, Dictionary<object, object?>> Read(string part)
    {
        using var text = File.OpenText(Path);
        var document = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(new MergingParser(new Parser(text)));
        return Map(document[part]).ToDictionary(entry => $"{entry.Key}", entry => Map(entry.Value));
    }
}
