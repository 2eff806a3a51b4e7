using Gateway.Contracts.ApiKeys;

namespace Gateway.Keygen.ApiKeys;

/// <summary>A key that is about to be stored, itself included.</summary>
internal sealed record NewApiKey
{
    public required string Name { get; init; }

    /// <summary>The key, for the one time that it is printed.</summary>
    public required string Key { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<string> Networks { get; init; } = [];

    public Guid? RotatedFrom { get; init; }

    /// <summary>A successor that may do what the old key may, and as long.</summary>
    public static NewApiKey InPlaceOf(ApiKey old) => new()
    {
        Name = old.Name,
        Key = ApiKeyFormat.Generate(old.Environment == "test" ? ApiKeyEnvironment.Test : ApiKeyEnvironment.Live),
        ExpiresAt = old.ExpiresAt is { } time ? new DateTimeOffset(time, TimeSpan.Zero) : null,
        Scopes = old.Scopes,
        Networks = old.Networks,
        RotatedFrom = old.Id,
    };

    /// <summary>Never the key.</summary>
    public override string ToString() => $"(new key \"{Name}\")";
}
