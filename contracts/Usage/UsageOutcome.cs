namespace Gateway.Contracts.Usage;

/// <summary>How a request ended. The JSON form is the name in kebab-case: <c>rate-limited</c>.</summary>
public enum UsageOutcome
{
    /// <summary>The backend's answer went to the client, whatever its status.</summary>
    Forwarded,

    /// <summary>The gateway refused: a token bucket was empty.</summary>
    RateLimited,

    /// <summary>The gateway refused: the month's units are used up.</summary>
    QuotaExceeded,

    /// <summary>The gateway refused: the key may not do this.</summary>
    Forbidden,

    /// <summary>The backend could not be reached, did not answer in time, or broke off.</summary>
    BackendError,

    /// <summary>The client went away before the answer was complete.</summary>
    ClientAborted,
}
