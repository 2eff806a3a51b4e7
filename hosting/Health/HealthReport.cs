using System.Text.Json.Serialization;

namespace Gateway.Hosting.Health;

/// <summary>The body of a health answer.</summary>
/// <param name="Status"><c>live</c>, <c>ready</c>, <c>starting</c>, <c>blocked</c> or <c>draining</c>.</param>
/// <param name="WaitingFor">While starting: each dependency that is missing, and why. While blocked: what cannot be done, and what to do about it.</param>
internal sealed record HealthReport(string Status, IReadOnlyDictionary<string, string>? WaitingFor)
{
    public const string Ready = "ready";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthReportContext : JsonSerializerContext;
