using System.Buffers;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.ApiKeys;

/// <summary>Hands many new keys over, the only time that they are seen.</summary>
internal static class NewKeysOutput
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Prints all of them, and returns when they have left this process.</summary>
    /// <exception cref="IOException">Nobody reads them.</exception>
    public static async Task WriteAsync(Surroundings surroundings, IReadOnlyList<NewKeyLine> keys, bool json, CancellationToken cancellationToken)
    {
        if (json)
        {
            await JsonLines.WriteArrayAsync(surroundings.Output, keys.ToAsyncEnumerable(), KeygenJson.Readable.NewKeyLine, cancellationToken);
        }
        else
        {
            await surroundings.Output.WriteLineAsync("key,id,name,org-id");
            foreach (var key in keys)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await surroundings.Output.WriteLineAsync($"{key.Key},{key.Id},{Field(key.Name)},{key.OrganizationId}");
            }
        }

        await surroundings.Output.FlushAsync(cancellationToken);
    }

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
