using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Contracts.Usage;

/// <summary>Reads texts of messages as <see cref="RecurringText"/>.</summary>
internal sealed class RecurringTextConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException();
        }

        if (reader.HasValueSequence || reader.ValueSpan.Length > RecurringText.LongestKept)
        {
            return reader.GetString()!;
        }

        ref var place = ref RecurringText.PlaceOf(reader.ValueSpan);
        return place is { } text && reader.ValueTextEquals(text) ? text : place = reader.GetString()!;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
