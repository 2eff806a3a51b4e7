using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gateway.Keygen.Output;

/// <summary>Writes JSON: an object in a line, an array with a line for each element, as they come.</summary>
internal static class JsonLines
{
    public static Task WriteObjectAsync<T>(TextWriter output, T value, JsonTypeInfo<T> type) =>
        output.WriteLineAsync(JsonSerializer.Serialize(value, type));

    public static async Task WriteArrayAsync<T>(
        TextWriter output, IAsyncEnumerable<T> items, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await output.WriteAsync('[');
        var separator = "\n";
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            await output.WriteAsync(separator);
            await output.WriteAsync(JsonSerializer.Serialize(item, type));
            separator = ",\n";
        }

        await output.WriteLineAsync("\n]");
    }

    /// <summary>An object whose last field is an array of whatever length.</summary>
    public static async Task WriteObjectAsync<THead, TItem>(
        TextWriter output,
        THead head,
        JsonTypeInfo<THead> headType,
        string arrayName,
        IAsyncEnumerable<TItem> items,
        JsonTypeInfo<TItem> itemType,
        CancellationToken cancellationToken)
    {
        // The head is left open for one more field.
        await output.WriteAsync(JsonSerializer.Serialize(head, headType)[..^1]);
        await output.WriteAsync($",\"{arrayName}\":");
        await WriteArrayAsync(output, items, itemType, cancellationToken);
        await output.WriteLineAsync('}');
    }
}
