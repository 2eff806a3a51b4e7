using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.RateLimiting.Redis;

/// <summary>A Lua script that Redis runs: an embedded resource, with the hash under which Redis remembers it.</summary>
internal sealed class RedisScript
{
    public RedisScript(string name, string text)
    {
        Name = name;
        Tag = new("script", Path.GetFileNameWithoutExtension(name));
        Text = text;

        // Redis names scripts by SHA-1; nothing here depends on its strength.
#pragma warning disable CA5350
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
    }

    /// <summary>What logs call it.</summary>
    public string Name { get; }

    /// <summary>What metrics call it.</summary>
    public KeyValuePair<string, object?> Tag { get; }

    public string Text { get; }

    /// <summary>The SHA-1 of the text, as EVALSHA wants it.</summary>
    public byte[] Hash { get; }

    /// <summary>Reads a resource of this assembly, named like its file: <c>live_gateways.lua</c>.</summary>
    public static RedisScript Embedded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"no resource is named {name}");
        using var reader = new StreamReader(stream);
        return new RedisScript(name, reader.ReadToEnd());
    }
}
