namespace Gateway.Keygen.Usage;

/// <summary>The part of one key on one route.</summary>
internal sealed record UsageLine
{
    public required Guid ApiKeyId { get; init; }

    /// <summary><c>null</c> where usage is kept of a key that the key database does not know.</summary>
    public string? ApiKeyName { get; init; }

    public string? ApiKeyPrefix { get; init; }

    public required string Route { get; init; }

    public required long Requests { get; init; }

    public required long BillableRequests { get; init; }

    public required long BillableUnits { get; init; }

    public required long RequestBytes { get; init; }

    public required long ResponseBytes { get; init; }
}
