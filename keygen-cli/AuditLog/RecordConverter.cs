using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Keygen.AuditLog;

/// <summary>Writes a recorded row as the object that it is, its columns named as all other fields are: <c>limitUnits</c>.</summary>
internal sealed class RecordConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Entries are only written.");

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNullValue();
            return;
        }

        using var record = JsonDocument.Parse(value);
        writer.WriteStartObject();
        foreach (var field in record.RootElement.EnumerateObject())
        {
            writer.WritePropertyName(NameOf(field.Name));
            field.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static string NameOf(string column)
    {
        var words = column.Split('_');
        for (var index = 1; index < words.Length; index++)
        {
            words[index] = words[index].Length == 0 ? string.Empty : char.ToUpperInvariant(words[index][0]) + words[index][1..];
        }

        return string.Concat(words);
    }
}
