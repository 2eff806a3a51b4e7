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
        await BeginObjectAsync(output, head, headType);
        await WriteFieldAsync(output, arrayName, items, itemType, cancellationToken);
        await EndObjectAsync(output);
    }

    /// <summary>An object that is left open for one or more fields of <see cref="WriteFieldAsync"/>, until <see cref="EndObjectAsync"/>.</summary>
    public static Task BeginObjectAsync<T>(TextWriter output, T head, JsonTypeInfo<T> type) =>
        output.WriteAsync(JsonSerializer.Serialize(head, type)[..^1]);

    /// <summary>One more field of the object that is open: an array of whatever length.</summary>
    public static async Task WriteFieldAsync<T>(
        TextWriter output, string name, IAsyncEnumerable<T> items, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await output.WriteAsync($",\"{name}\":");
        await WriteArrayAsync(output, items, type, cancellationToken);
    }

    public static Task EndObjectAsync(TextWriter output) => output.WriteLineAsync('}');
}
