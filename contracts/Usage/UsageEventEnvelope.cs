using System.Text.Json.Serialization;

namespace Gateway.Contracts.Usage;

/// <summary>The JSON shape of a usage event, field for field (CloudEvents 1.0, JSON format, with the sequence extension).</summary>
internal sealed record UsageEventEnvelope
{
    [JsonPropertyName("specversion")]
    public required string SpecVersion { get; init; }

    public required string Type { get; init; }

    public required Guid Id { get; init; }

    public required string Source { get; init; }

    public required string Sequence { get; init; }

    public required Guid Subject { get; init; }

    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("datacontenttype")]
    public required string DataContentType { get; init; }

    public required UsageEventData Data { get; init; }
}

/// <summary>The <c>data</c> of the event: what was requested and what came of it.</summary>
internal sealed record UsageEventData
{
    public required Guid ApiKeyId { get; init; }

    public required Guid RequestId { get; init; }

    public required string Route { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public required int Status { get; init; }

    public required UsageOutcome Outcome { get; init; }

    public required bool Billable { get; init; }

    public required long Units { get; init; }

    public required long DurationUs { get; init; }

    public required long BackendUs { get; init; }

    public required long RequestBytes { get; init; }

    public required long ResponseBytes { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    Converters = [typeof(UsageOutcomeConverter), typeof(UtcMicrosecondsConverter)])]
[JsonSerializable(typeof(UsageEventEnvelope))]
internal sealed partial class UsageEventJsonContext : JsonSerializerContext;
