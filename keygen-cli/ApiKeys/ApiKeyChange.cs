namespace Gateway.Keygen.ApiKeys;

/// <summary>What is to be different about a key; <c>null</c> stays as it is.</summary>
internal sealed record ApiKeyChange
{
    public string? Name { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    public IReadOnlyList<string>? Networks { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public bool NeverExpires { get; init; }
}
