using System.Text;

namespace Gateway.LoadTests.Compare;

/// <summary>Configuration of others, from the files beside this one, with <c>@@name@@</c> filled in.</summary>
internal static class PeerFile
{
    public static string Read(string name, params (string Name, object Value)[] values)
    {
        using var reader = new StreamReader(typeof(PeerFile).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        var text = new StringBuilder(reader.ReadToEnd());
        foreach (var (value, content) in values)
        {
            text.Replace($"@@{value}@@", FormattableString.Invariant($"{content}"));
        }

        return text.ToString();
    }

    /// <summary>Writes it into a folder under its own name; answers its path.</summary>
    public static async Task<string> WriteAsync(string folder, string name, params (string Name, object Value)[] values)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, Read(name, values));
        return path;
    }
}
