using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gateway.Contracts.Usage;

/// <summary>Reads single texts of a message whose whole makes no sense. For refused messages alone: it reads all of it.</summary>
internal static class MessageText
{
    /// <summary>The text of a field of the outermost object; false where the message is no JSON or has no such text.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8Json, ReadOnlySpan<byte> field, [NotNullWhen(true)] out string? text)
    {
        text = null;
        try
        {
            using var document = JsonDocument.Parse(utf8Json.ToArray());
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(field, out var value)
                && value.ValueKind == JsonValueKind.String)
            {
                text = value.GetString();
            }
        }
        catch (JsonException)
        {
            // Not JSON.
        }
        catch (InvalidOperationException)
        {
            // A name or the text itself is no valid UTF-16, such as a lone surrogate.
        }

        return text is not null;
    }
}
