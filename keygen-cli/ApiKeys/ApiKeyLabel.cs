namespace Gateway.Keygen.ApiKeys;

/// <summary>What people recognize a key by.</summary>
internal sealed record ApiKeyLabel
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required string Prefix { get; init; }
}
