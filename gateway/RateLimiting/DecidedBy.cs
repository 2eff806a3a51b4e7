namespace Gateway.RateLimiting;

/// <summary>Who decided over a request.</summary>
internal enum DecidedBy
{
    /// <summary>This gateway, from what it had leased.</summary>
    Lease,

    /// <summary>Redis, asked for this request.</summary>
    Redis,

    /// <summary>This gateway: Redis has refused a moment ago, and there cannot be enough yet.</summary>
    Memory,

    /// <summary>This gateway, from its share of the limits: Redis cannot be asked.</summary>
    LocalShare,

    /// <summary>The route's setting: Redis cannot be asked, and everything passes.</summary>
    Open,

    /// <summary>The route's setting: Redis cannot be asked, and nothing passes.</summary>
    Closed,
}
