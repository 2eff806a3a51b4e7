using System.Text.Json.Serialization;

namespace Gateway.Contracts.Usage;

/// <summary>The JSON shape of a usage event, field for field (CloudEvents 1.0, JSON format, with the sequence extension).</summary>
/// <remarks>
/// With attributes where C# has <c>required</c> and <c>init</c>: for those the serializer boxes every value and calls a
/// constructor with an array of them.
/// </remarks>
internal sealed record UsageEventEnvelope
{
    [JsonPropertyName("specversion")]
    [JsonRequired]
    [JsonConverter(typeof(RecurringTextConverter))]
    public string SpecVersion { get; set; } = null!;

    [JsonRequired]
    [JsonConverter(typeof(RecurringTextConverter))]
    public string Type { get; set; } = null!;

    [JsonRequired]
    public Guid Id { get; set; }

    [JsonRequired]
    [JsonConverter(typeof(RecurringTextConverter))]
    public string Source { get; set; } = null!;

    [JsonRequired]
    public string Sequence { get; set; } = null!;

    [JsonRequired]
    public Guid Subject { get; set; }

    [JsonRequired]
    public DateTimeOffset Time { get; set; }

    [JsonPropertyName("datacontenttype")]
    [JsonRequired]
    [JsonConverter(typeof(RecurringTextConverter))]
    public string DataContentType { get; set; } = null!;

    [JsonRequired]
    public UsageEventData Data { get; set; } = null!;
}

/// <summary>The <c>data</c> of the event: what was requested and what came of it.</summary>
internal sealed record UsageEventData
{
    [JsonRequired]
    public Guid ApiKeyId { get; set; }

    [JsonRequired]
    public Guid RequestId { get; set; }

    [JsonRequired]
    [JsonConverter(typeof(RecurringTextConverter))]
    public string Route { get; set; } = null!;

    [JsonRequired]
    [JsonConverter(typeof(RecurringTextConverter))]
    public string Method { get; set; } = null!;

    [JsonRequired]
    public string Path { get; set; } = null!;

    [JsonRequired]
    public int Status { get; set; }

    [JsonRequired]
    public UsageOutcome Outcome { get; set; }

    [JsonRequired]
    public bool Billable { get; set; }

    [JsonRequired]
    public long Units { get; set; }

    [JsonRequired]
    public long DurationUs { get; set; }

    [JsonRequired]
    public long BackendUs { get; set; }

    [JsonRequired]
    public long RequestBytes { get; set; }

    [JsonRequired]
    public long ResponseBytes { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    Converters = [typeof(UsageOutcomeConverter), typeof(UtcMicrosecondsConverter)])]
[JsonSerializable(typeof(UsageEventEnvelope))]
internal sealed partial class UsageEventJsonContext : JsonSerializerContext;
