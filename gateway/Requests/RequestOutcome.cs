using System.Text.Json;
using Gateway.Contracts.Usage;

namespace Gateway.Requests;

/// <summary>How a request ended. The first ones never belong to an organization and are not metered.</summary>
internal enum RequestOutcome
{
    /// <summary>The gateway failed: a defect of ours.</summary>
    InternalError,

    /// <summary>Malformed, ambiguous or with a method that is not allowed.</summary>
    InvalidRequest,

    /// <summary>The gateway has not finished starting.</summary>
    NotReady,

    /// <summary>A browser's preflight, answered from a policy.</summary>
    Preflight,

    /// <summary>The body says that it is larger than the gateway lets through.</summary>
    BodyTooLarge,

    /// <summary>No valid key.</summary>
    Unauthenticated,

    /// <summary>No key was looked up: too many that came from this address were refused.</summary>
    Throttled,

    /// <summary>The key could not be checked because PostgreSQL cannot be reached.</summary>
    KeyStoreUnavailable,

    /// <summary>The journal takes no more usage events, and what cannot be billed is not served.</summary>
    MeteringUnavailable,

    /// <summary>No route of the configuration matches.</summary>
    NoRoute,

    /// <inheritdoc cref="UsageOutcome.Forbidden"/>
    Forbidden,

    /// <summary>The gateway refused: there are too many upgraded connections already.</summary>
    TooManyStreams,

    /// <summary>The limits could not be checked, and the route does not go on without.</summary>
    LimitsUnavailable,

    /// <inheritdoc cref="UsageOutcome.RateLimited"/>
    RateLimited,

    /// <inheritdoc cref="UsageOutcome.QuotaExceeded"/>
    QuotaExceeded,

    /// <inheritdoc cref="UsageOutcome.Forwarded"/>
    Forwarded,

    /// <inheritdoc cref="UsageOutcome.BackendError"/>
    BackendError,

    /// <inheritdoc cref="UsageOutcome.ClientAborted"/>
    ClientAborted,
}

internal static class RequestOutcomeExtensions
{
    private static readonly string[] Names =
        Array.ConvertAll(Enum.GetNames<RequestOutcome>(), JsonNamingPolicy.KebabCaseLower.ConvertName);

    /// <summary>The name in logs, spelled as in usage events: <c>rate-limited</c>.</summary>
    public static string Name(this RequestOutcome outcome) => Names[(int)outcome];
}
