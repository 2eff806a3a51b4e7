using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gateway.Contracts.Usage;

/// <summary>
/// Says why a message is not what it should be. Names only fields that we know: the name of any other is the message's own
/// content, and that must not reach a log. Runs for refused messages alone, so it can afford to read them again.
/// </summary>
/// <param name="what">What it should be, with an article.</param>
/// <param name="envelopeType">Its shape.</param>
/// <param name="dataType">The shape of its <c>data</c>.</param>
internal sealed class MessageDiagnosis(string what, JsonTypeInfo envelopeType, JsonTypeInfo dataType)
{
    private readonly string _not = $"not {what}: ";
    private readonly string[] _envelopeFields = [.. Names(envelopeType)];
    private readonly string[] _dataFields = [.. Names(dataType)];

    /// <summary>Names what is missing, else what is invalid.</summary>
    /// <param name="utf8Json">The message.</param>
    /// <param name="path">Where reading it failed, where that is known.</param>
    public string Explain(ReadOnlySpan<byte> utf8Json, string? path)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8Json.ToArray());
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return _not + "not a JSON object";
            }

            if (Array.Find(_envelopeFields, field => !root.TryGetProperty(field, out _)) is { } missing)
            {
                return $"{_not}{missing} is missing";
            }

            var data = root.GetProperty("data");
            if (data.ValueKind == JsonValueKind.Object
                && Array.Find(_dataFields, field => !data.TryGetProperty(field, out _)) is { } missingInData)
            {
                return $"{_not}data.{missingInData} is missing";
            }
        }
        catch (JsonException)
        {
            return _not + "not JSON";
        }
        catch (InvalidOperationException)
        {
            // A name in the message is no valid text and cannot even be compared.
            return _not + "a field's name is not valid text";
        }

        // What this version does not know is skipped unread, so where it is JSON, only a field of ours can have failed.
        return path is ['$', '.', .. var field] ? $"{_not}{field} is invalid" : _not + "a value is invalid";
    }

    private static IEnumerable<string> Names(JsonTypeInfo type) =>
        type.Properties.Where(property => property.IsRequired).Select(property => property.Name);
}
