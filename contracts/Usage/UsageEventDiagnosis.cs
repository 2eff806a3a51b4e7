using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gateway.Contracts.Usage;

/// <summary>
/// Says why a message is no usage event. Names only fields that we know: the name of any other is the message's own
/// content, and that must not reach a log. Runs for refused messages alone, so it may read them again.
/// </summary>
internal static class UsageEventDiagnosis
{
    private const string NotAnEvent = "not a usage event: ";

    private static readonly string[] EnvelopeFields = [.. Names(UsageEventJsonContext.Default.UsageEventEnvelope)];
    private static readonly string[] DataFields = [.. Names(UsageEventJsonContext.Default.UsageEventData)];

    private static readonly FrozenSet<string> KnownPaths =
        EnvelopeFields.Concat(DataFields.Select(field => $"data.{field}")).Select(field => $"$.{field}").ToFrozenSet();

    /// <summary>Names what is missing, else what is invalid.</summary>
    /// <param name="utf8Json">The message.</param>
    /// <param name="path">Where reading it failed, where that is known.</param>
    public static string Explain(ReadOnlySpan<byte> utf8Json, string? path)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8Json.ToArray());
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return NotAnEvent + "not a JSON object";
            }

            if (Array.Find(EnvelopeFields, field => !root.TryGetProperty(field, out _)) is { } missing)
            {
                return $"{NotAnEvent}{missing} is missing";
            }

            var data = root.GetProperty("data");
            if (data.ValueKind == JsonValueKind.Object
                && Array.Find(DataFields, field => !data.TryGetProperty(field, out _)) is { } missingInData)
            {
                return $"{NotAnEvent}data.{missingInData} is missing";
            }
        }
        catch (JsonException)
        {
            return NotAnEvent + "not JSON";
        }
        catch (InvalidOperationException)
        {
            // A name in the message is no valid text and cannot even be compared.
            return NotAnEvent + "a field's name is not valid text";
        }

        return path is not null && KnownPaths.Contains(path) ? $"{NotAnEvent}{path[2..]} is invalid" : NotAnEvent + "a value is invalid";
    }

    private static IEnumerable<string> Names(JsonTypeInfo type) => type.Properties.Select(property => property.Name);
}
