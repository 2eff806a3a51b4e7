using System.Text.Json.Serialization;

namespace Gateway.Keygen.Usage;

/// <summary>An organization's usage in a period.</summary>
/// <param name="OrganizationId">Whose.</param>
/// <param name="OrganizationName">What it is called.</param>
/// <param name="From">The first hour, included.</param>
/// <param name="To">The end, not included.</param>
/// <param name="Total">Of all its keys and routes.</param>
internal sealed record UsageSummary(Guid OrganizationId, string OrganizationName, DateTime From, DateTime To, UsageTotals Total)
{
    /// <summary>What its lines are of: hour, day, month, key or route; absent where each is of a key and a route.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }
}
