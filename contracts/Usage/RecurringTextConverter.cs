using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Contracts.Usage;

/// <summary>
/// Texts of which there are few and which are in every message, such as a source or a route: where one is the same as lately,
/// it is the same string, so that a reader of millions does not fill its memory with copies. Any thread may read.
/// </summary>
internal sealed class RecurringTextConverter : JsonConverter<string>
{
    private const int TableBits = 9;
    private const int LongestKept = 200;
    private const ulong Scatter = 0x9E37_79B9_7F4A_7C15;

    private static readonly string?[] Lately = new string?[1 << TableBits];

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException();
        }

        if (reader.HasValueSequence || reader.ValueSpan.Length > LongestKept)
        {
            return reader.GetString()!;
        }

        ref var place = ref Lately[PlaceOf(reader.ValueSpan)];
        return place is { } text && reader.ValueTextEquals(text) ? text : place = reader.GetString()!;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <summary>By the last bytes: sources begin alike.</summary>
    private static int PlaceOf(ReadOnlySpan<byte> utf8)
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
        return (int)((number * Scatter) >> (64 - TableBits));
    }
}
