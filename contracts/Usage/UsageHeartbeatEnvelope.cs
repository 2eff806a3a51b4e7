using System.Text.Json.Serialization;

namespace Gateway.Contracts.Usage;

/// <summary>The JSON shape of a heartbeat, field for field (CloudEvents 1.0, JSON format).</summary>
internal sealed record UsageHeartbeatEnvelope
{
    [JsonPropertyName("specversion")]
    public required string SpecVersion { get; init; }

    public required string Type { get; init; }

    public required Guid Id { get; init; }

    public required string Source { get; init; }

    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("datacontenttype")]
    public required string DataContentType { get; init; }

    public required UsageHeartbeatData Data { get; init; }
}

/// <summary>The <c>data</c> of the heartbeat.</summary>
internal sealed record UsageHeartbeatData
{
    public required long LastSequence { get; init; }

    public required bool Ended { get; init; }

    /// <summary>Pairs of first and last.</summary>
    public long[][]? Pending { get; init; }

    /// <summary>Pairs of first and last.</summary>
    public long[][]? Unanswered { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcMicrosecondsConverter)])]
[JsonSerializable(typeof(UsageHeartbeatEnvelope))]
internal sealed partial class UsageHeartbeatJsonContext : JsonSerializerContext;
