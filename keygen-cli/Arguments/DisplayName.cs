using System.Globalization;
using System.Text;

namespace Gateway.Keygen.Arguments;

/// <summary>What organizations and keys may be called: what the tables hold, and what cannot disturb a terminal or a log.</summary>
internal static class DisplayName
{
    /// <summary>Unicode characters, as PostgreSQL counts them.</summary>
    public const int MaximumLength = 200;

    /// <summary>Answers what is wrong with a name, <c>null</c> for nothing.</summary>
    public static string? Refuse(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return "is empty";
        }

        var length = 0;
        var remaining = name.AsSpan();
        while (!remaining.IsEmpty)
        {
            // A surrogate without its other half is no text that a database could store.
            if (Rune.DecodeFromUtf16(remaining, out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return "is not valid text";
            }

            if (Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return "has a control character such as a tab or a line end";
            }

            length++;
            remaining = remaining[consumed..];
        }

        if (length > MaximumLength)
        {
            return $"is longer than {MaximumLength} characters";
        }

        // Names are stored and shown as they are; a key that lands in one would be there for all to see.
        return Secrets.Contains(name) ? "contains an API key" : null;
    }
}
