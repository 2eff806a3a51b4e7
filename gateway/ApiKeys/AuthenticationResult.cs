namespace Gateway.ApiKeys;

/// <summary>What the key check said to a request, as metrics tell it.</summary>
internal enum AuthenticationResult
{
    /// <summary>The key works.</summary>
    Valid,

    /// <summary>There was no key.</summary>
    Missing,

    /// <summary>What was there is no key, or there were several.</summary>
    Malformed,

    /// <summary>There is no such key, or it does not work any more.</summary>
    Unknown,

    /// <summary>Nobody looked: too many from this address were refused.</summary>
    Throttled,

    /// <summary>PostgreSQL could not be asked.</summary>
    Unavailable,
}
