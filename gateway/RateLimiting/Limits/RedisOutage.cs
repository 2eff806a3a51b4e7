namespace Gateway.RateLimiting.Limits;

/// <summary>What becomes of a route's requests while Redis cannot say how much is left.</summary>
internal enum RedisOutage
{
    /// <summary>Each gateway goes on with its share of each limit.</summary>
    LocalShare,

    /// <summary>All of them pass.</summary>
    Open,

    /// <summary>None of them passes.</summary>
    Closed,
}
