using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Contracts.Usage;

/// <summary>Times as UTC with whole microseconds, <c>2026-11-21T10:15:30.123456Z</c>: exactly what PostgreSQL stores.</summary>
internal sealed class UtcMicrosecondsConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var time = reader.GetDateTimeOffset();

        // Without an offset it would mean another moment on every machine. Ours end in Z, which saves reading it twice.
        if (reader.ValueSpan is not [.., (byte)'Z'] && reader.GetDateTime().Kind == DateTimeKind.Unspecified)
        {
            throw new JsonException();
        }

        return time;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[32];
        value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
