using Gateway.Contracts.Usage;
using Gateway.Requests;

namespace Gateway.Usage;

/// <summary>What is billed. Pure, because it is what an invoice is argued with.</summary>
internal static class Billing
{
    /// <summary>What a client that had gone is recorded with where nothing was answered (as nginx does).</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>
    /// Billable is what the backend answered with 2xx, 3xx or 4xx, even where the client did not wait for the end of it, and
    /// an upgrade: 101 over HTTP/1.1 is the 200 of the same WebSocket over HTTP/2.
    /// Not billable: 5xx, an answer that broke off, and whatever the gateway said itself.
    /// </summary>
    public static bool IsBillable(RequestOutcome outcome, bool backendAnswered, int status) =>
        backendAnswered
        && outcome is RequestOutcome.Forwarded or RequestOutcome.ClientAborted
        && status is StatusCodes.Status101SwitchingProtocols or (>= 200 and < 500);

    /// <summary>The outcome as it is metered; null for a request that is not, because nobody pays for it.</summary>
    public static UsageOutcome? ToUsageOutcome(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Forwarded => UsageOutcome.Forwarded,
        RequestOutcome.Forbidden => UsageOutcome.Forbidden,
        RequestOutcome.RateLimited => UsageOutcome.RateLimited,
        RequestOutcome.QuotaExceeded => UsageOutcome.QuotaExceeded,
        RequestOutcome.BackendError or RequestOutcome.InternalError or RequestOutcome.TooManyStreams or RequestOutcome.LimitsUnavailable => UsageOutcome.BackendError,
        RequestOutcome.ClientAborted => UsageOutcome.ClientAborted,
        _ => null,
    };
}
