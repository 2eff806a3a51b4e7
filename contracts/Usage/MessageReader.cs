using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gateway.Contracts.Usage;

/// <summary>
/// Reads messages of one kind, and says why one is not what it should be. Names only fields that we know: the name of any
/// other is the message's own content, and that must not reach a log.
/// </summary>
/// <param name="what">What they should be, with an article.</param>
/// <param name="envelopeType">Their shape.</param>
/// <param name="dataType">The shape of their <c>data</c>.</param>
internal sealed class MessageReader<TEnvelope>(string what, JsonTypeInfo<TEnvelope> envelopeType, JsonTypeInfo dataType)
    where TEnvelope : class
{
    private readonly string _not = $"not {what}: ";
    private readonly string[] _envelopeFields = [.. Names(envelopeType)];
    private readonly string[] _dataFields = [.. Names(dataType)];

    /// <summary>Reads the shape; what its fields say is for the caller to judge.</summary>
    /// <param name="utf8Json">The message.</param>
    /// <param name="envelope">What it says.</param>
    /// <param name="reason">Why it was refused.</param>
    public bool TryRead(
        ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out TEnvelope? envelope, [NotNullWhen(false)] out string? reason)
    {
        envelope = null;
        string? path = null;
        try
        {
            envelope = JsonSerializer.Deserialize(utf8Json, envelopeType);
        }
        catch (JsonException exception)
        {
            path = exception.Path;
        }
        catch (InvalidOperationException)
        {
            // A string of the message is no valid UTF-16, such as a lone surrogate.
        }

        reason = envelope is null ? Explain(utf8Json, path) : null;
        return envelope is not null;
    }

    // Names what is missing, else what is invalid. Runs for refused messages alone, so it can afford to read them again.
    private string Explain(ReadOnlySpan<byte> utf8Json, string? path)
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
