using System.Buffers.Binary;
using System.Text;

namespace Gateway.Contracts.Usage;

/// <summary>
/// Texts of which there are few and which are in every event, such as a method or a route: where one is the same as lately,
/// it is the same string, so that a reader of millions does not fill its memory with copies. Any thread may ask.
/// </summary>
public static class RecurringText
{
    internal const int LongestKept = 200;

    private const int TableBits = 9;
    private const ulong Scatter = 0x9E37_79B9_7F4A_7C15;

    private static readonly string?[] Lately = new string?[1 << TableBits];

    /// <summary>The text of valid UTF-8. Only ASCII is found again.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestKept)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref var place = ref PlaceOf(utf8);
        return place is { } text && Ascii.Equals(utf8, text) ? text : place = Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Where a text is, if it was there lately. By its last bytes: sources begin alike.</summary>
    internal static ref string? PlaceOf(ReadOnlySpan<byte> utf8)
    {
        ulong number = 0;
        if (utf8.Length >= sizeof(ulong))
        {
            number = BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]);
        }
        else
        {
            foreach (var one in utf8)
            {
                number = (number << 8) | one;
            }
        }

        // The upper bits of the product depend on all of the number.
        return ref Lately[(int)((number * Scatter) >> (64 - TableBits))];
    }
}
