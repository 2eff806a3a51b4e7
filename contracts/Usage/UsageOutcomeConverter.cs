using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Contracts.Usage;

/// <summary>
/// Outcomes by their kebab-case names and nothing else. The framework's converter of enumerations would also take
/// names in another case, and several at once, whose values it adds up to yet another outcome.
/// </summary>
internal sealed class UsageOutcomeConverter : JsonConverter<UsageOutcome>
{
    private static readonly JsonEncodedText[] Names =
        [.. Enum.GetValues<UsageOutcome>().Select(outcome => JsonEncodedText.Encode(UsageOutcomeNames.Of(outcome)))];

    public override UsageOutcome Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            for (var value = 0; value < Names.Length; value++)
            {
                if (reader.ValueTextEquals(Names[value].EncodedUtf8Bytes))
                {
                    return (UsageOutcome)value;
                }
            }
        }

        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, UsageOutcome value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Names[(int)value]);
}
