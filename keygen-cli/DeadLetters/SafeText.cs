using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Keygen.DeadLetters;

/// <summary>
/// Bytes that anybody may have sent, as text that a terminal shows and never obeys: what is no UTF-8 as <c>\xFF</c>, and what is
/// no visible character (control characters, line ends, marks that turn the direction of writing) as <c>\u{1B}</c>.
/// </summary>
internal static class SafeText
{
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var isRune = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            if (!isRune)
            {
                foreach (var invalid in bytes[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $@"\x{invalid:X2}");
                }
            }
            else if (rune.Value == '\\')
            {
                text.Append(@"\\");
            }
            else if (IsVisible(rune))
            {
                text.Append(rune);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $@"\u{{{rune.Value:X}}}");
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    private static bool IsVisible(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
