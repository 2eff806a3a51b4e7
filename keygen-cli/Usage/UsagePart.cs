using System.Text.Json.Serialization;

namespace Gateway.Keygen.Usage;

/// <summary>One part of what was used. Its first fields say of what; those that it is not of are absent.</summary>
internal sealed record UsagePart
{
    /// <summary>When its hour, day or month begins.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? Start { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? OrganizationId { get; init; }

    /// <summary>Absent where nothing is known of it by that id any more; the same for what a key is called.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OrganizationName { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? ApiKeyId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ApiKeyName { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ApiKeyPrefix { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Route { get; init; }

    public long Requests { get; init; }

    public long BillableRequests { get; init; }

    public long BillableUnits { get; init; }

    public long RequestBytes { get; init; }

    public long ResponseBytes { get; init; }

    /// <summary>The billable units of the part that has most, to draw the others beside it.</summary>
    [JsonIgnore]
    public long HighestUnits { get; init; }
}
