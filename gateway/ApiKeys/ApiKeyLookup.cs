namespace Gateway.ApiKeys;

/// <summary>What came of looking a key up. Three answers, because "cannot say" must never be told to a client as "no".</summary>
internal enum ApiKeyLookupResult
{
    /// <summary>The key works.</summary>
    Found,

    /// <summary>There is no such key, or it is expired, revoked or disabled, or its organization is suspended.</summary>
    Refused,

    /// <summary>It is not in memory and PostgreSQL cannot be asked.</summary>
    Unavailable,
}

/// <summary>The answer, with the key where it was found.</summary>
internal readonly record struct ApiKeyLookup(ApiKeyLookupResult Result, ApiKey? Key)
{
    public static readonly ApiKeyLookup Refused = new(ApiKeyLookupResult.Refused, null);

    public static readonly ApiKeyLookup Unavailable = new(ApiKeyLookupResult.Unavailable, null);

    public static ApiKeyLookup Found(ApiKey key) => new(ApiKeyLookupResult.Found, key);
}
