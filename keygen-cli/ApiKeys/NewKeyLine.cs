namespace Gateway.Keygen.ApiKeys;

/// <summary>One of many keys that are about to be stored, itself included.</summary>
internal sealed record NewKeyLine
{
    /// <summary>The key, for the one time that it is printed.</summary>
    public required string Key { get; init; }

    public required Guid Id { get; init; }

    public required Guid OrganizationId { get; init; }

    public required string Name { get; init; }

    /// <summary>live or test.</summary>
    public required string Environment { get; init; }

    public DateTime? ExpiresAt { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>Never the key.</summary>
    public override string ToString() => $"(new key \"{Name}\")";
}
