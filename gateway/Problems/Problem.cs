using System.Globalization;

namespace Gateway.Problems;

/// <summary>
/// Everything that the gateway itself can answer instead of the backend. The type is a stable contract for clients
/// (RFC 9457): programs compare it, people read title and detail.
/// </summary>
/// <param name="Type">The stable URN.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The same words for every occurrence.</param>
/// <param name="Detail">What the client can do about it.</param>
internal sealed record Problem(string Type, int Status, string Title, string Detail)
{
    private const string Prefix = "urn:gateway:problem:";

    public static readonly Problem MethodNotAllowed = new(
        Prefix + "method-not-allowed", StatusCodes.Status405MethodNotAllowed, "Method not allowed",
        "The gateway forwards only the methods in Allow.");

    public static readonly Problem MalformedFraming = Malformed(
        "Where the body ends is said twice or in a way that is not allowed: send either Content-Length or \"Transfer-Encoding: chunked\".");

    public static readonly Problem MalformedTarget = Malformed(
        "The path could be read in more than one way: encode it once, as UTF-8, without control characters, backslashes and hidden dot segments.");

    public static readonly Problem MalformedHeader = Malformed(
        "A header has a name that is none, or a control character in its value.");

    public static readonly Problem TransferCodingNotImplemented = new(
        Prefix + "not-implemented", StatusCodes.Status501NotImplemented, "Not implemented",
        "The only transfer coding is \"chunked\".");

    public static readonly Problem InvalidApiKey = new(
        Prefix + "invalid-api-key", StatusCodes.Status401Unauthorized, "Invalid API key",
        "Send a valid API key, once, as \"Authorization: Bearer <key>\" or as \"X-API-Key: <key>\".");

    public static readonly Problem TooManyInvalidApiKeys = new(
        Prefix + "too-many-invalid-keys", StatusCodes.Status429TooManyRequests, "Too many invalid API keys",
        "Too many invalid API keys came from your address; the key of this request was not checked. Check it, and try again after the time in Retry-After.");

    public static readonly Problem InsufficientScope = new(
        Prefix + "insufficient-scope", StatusCodes.Status403Forbidden, "Insufficient scope",
        "The API key is valid, but does not have the scope that this route requires.");

    public static readonly Problem ClientNetworkNotAllowed = new(
        Prefix + "client-network-not-allowed", StatusCodes.Status403Forbidden, "Client network not allowed",
        "The API key is valid, but may not be used from your address.");

    public static readonly Problem BodyTooLarge = new(
        Prefix + "body-too-large", StatusCodes.Status413PayloadTooLarge, "Body too large",
        "The body of the request is larger than the gateway lets through. This request is not billed.");

    public static readonly Problem BodyTooSlow = new(
        Prefix + "body-too-slow", StatusCodes.Status408RequestTimeout, "Body too slow",
        "The body of the request arrived too slowly. This request is not billed.");

    public static readonly Problem RateLimited = new(
        Prefix + "rate-limited", StatusCodes.Status429TooManyRequests, "Rate limit exceeded",
        "Too many requests. Try again after the time in Retry-After.");

    public static readonly Problem CostsTooMuch = RateLimited with
    {
        Detail = "This request costs more units than the limit holds at most: no retry will succeed.",
    };

    public static readonly Problem LimitsUnavailable = new(
        Prefix + "limits-unavailable", StatusCodes.Status503ServiceUnavailable, "Limits cannot be checked",
        "Your limits cannot be checked at the moment. Try again after the time in Retry-After. This request is not billed.");

    public static readonly Problem MeteringUnavailable = new(
        Prefix + "metering-unavailable", StatusCodes.Status503ServiceUnavailable, "Requests cannot be metered",
        "Requests cannot be recorded at the moment. Try again after the time in Retry-After. This request is not billed.");

    public static readonly Problem TooManyStreams = new(
        Prefix + "too-many-streams", StatusCodes.Status503ServiceUnavailable, "Too many streams",
        "The gateway has as many upgraded connections as it takes. Try again after the time in Retry-After.");

    public static readonly Problem RouteNotFound = new(
        Prefix + "route-not-found", StatusCodes.Status404NotFound, "No such route",
        "Nothing is served under this path.");

    public static readonly Problem BackendUnavailable = new(
        Prefix + "backend-unavailable", StatusCodes.Status502BadGateway, "Backend unavailable",
        "The service behind the gateway could not be reached or broke off its answer. This request is not billed.");

    public static readonly Problem BackendNotAvailable = BackendUnavailable with
    {
        Status = StatusCodes.Status503ServiceUnavailable,
        Detail = "The service behind the gateway is not available at the moment. Try again after the time in Retry-After. This request is not billed.",
    };

    public static readonly Problem BackendTimeout = new(
        Prefix + "backend-timeout", StatusCodes.Status504GatewayTimeout, "Backend timeout",
        "The service behind the gateway did not answer in time. This request is not billed.");

    public static readonly Problem KeyStoreUnavailable = new(
        Prefix + "key-check-unavailable", StatusCodes.Status503ServiceUnavailable, "API key cannot be checked",
        "The key cannot be checked at the moment. It may be valid: try again after the time in Retry-After.");

    public static readonly Problem NotReady = new(
        Prefix + "not-ready", StatusCodes.Status503ServiceUnavailable, "Gateway is starting",
        "The gateway is not ready yet. Try again after the time in Retry-After.");

    public static readonly Problem InternalError = new(
        Prefix + "internal-error", StatusCodes.Status500InternalServerError, "Internal error",
        "The gateway failed. This request is not billed.");

    /// <summary>The units of the month are used up.</summary>
    /// <param name="resetsAt">When the next month begins.</param>
    public static Problem QuotaExceeded(DateTimeOffset resetsAt) => new(
        Prefix + "quota-exceeded", StatusCodes.Status429TooManyRequests, "Quota exceeded",
        string.Create(
            CultureInfo.InvariantCulture,
            $"The units of this month are used up. There are new ones from {resetsAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} on."));

    private static Problem Malformed(string detail) =>
        new(Prefix + "malformed-request", StatusCodes.Status400BadRequest, "Malformed request", detail);
}
