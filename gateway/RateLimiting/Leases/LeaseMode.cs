namespace Gateway.RateLimiting.Leases;

/// <summary>Whether units are leased ahead of time. No mode ever lets more through than the limits allow.</summary>
internal enum LeaseMode
{
    /// <summary>Leases where an organization is busy and there is plenty left; else each request is decided in Redis.</summary>
    Adaptive,

    /// <summary>Every request is decided in Redis.</summary>
    Exact,

    /// <summary>Leases always, also for organizations that send little.</summary>
    Leased,
}
