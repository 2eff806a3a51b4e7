namespace Gateway.Keygen.Limits;

/// <summary>The limit of one key.</summary>
internal sealed record KeyLimit(Guid ApiKeyId, string ApiKeyName, string ApiKeyPrefix, Limit PerMinute);
