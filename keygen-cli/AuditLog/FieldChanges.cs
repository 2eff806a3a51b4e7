using System.Globalization;
using System.Text.Json;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.AuditLog;

/// <summary>Says in words what is different about a record.</summary>
internal static class FieldChanges
{
    private const string None = "none";

    /// <summary>Where it is, not what it says; the time it was created is the entry's own.</summary>
    private static readonly string[] Identities = ["id", "organization_id", "api_key_id", "created_at"];

    /// <summary>Each field that is different, <c>limit units: 60 → 600</c>; of what was created or deleted, all that say something.</summary>
    public static string Describe(AuditEntry entry)
    {
        var before = Fields(entry.Before);
        var after = Fields(entry.After);
        return string.Join("; ", before.Keys.Union(after.Keys, StringComparer.Ordinal).Select(Line).OfType<string>());

        string? Line(string name)
        {
            var (was, becomes) = (before.GetValueOrDefault(name, None), after.GetValueOrDefault(name, None));
            var label = name.Replace('_', ' ');
            return (entry.Before, entry.After) switch
            {
                (null, _) => Tells(name, becomes) ? $"{label}: {becomes}" : null,
                (_, null) => Tells(name, was) ? $"{label}: {was}" : null,
                _ => was == becomes ? null : $"{label}: {was} → {becomes}",
            };
        }
    }

    private static bool Tells(string name, string value) => value is not (None or "no") && !Identities.Contains(name, StringComparer.Ordinal);

    private static Dictionary<string, string> Fields(string? record)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (record is not null)
        {
            using var document = JsonDocument.Parse(record);
            foreach (var field in document.RootElement.EnumerateObject())
            {
                fields.Add(field.Name, Text(field.Name, field.Value));
            }
        }

        return fields;
    }

    private static string Text(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? None : string.Join(' ', value.EnumerateArray()),
        JsonValueKind.String when name.EndsWith("_at", StringComparison.Ordinal)
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var time) => Cell.Time(time.UtcDateTime),
        _ => value.ToString(),
    };
}
