using System.Diagnostics;
using Gateway.ApiKeys;
using Gateway.Contracts.ApiKeys;
using Gateway.Hosting.Logging;
using Gateway.RateLimiting;

namespace Gateway.Requests;

/// <summary>What the gateway knows of one request: the one feature in which its middleware pass things on.</summary>
internal sealed class GatewayRequest : LoggedRequest
{
    private LimitDecision _rateLimit;

    private string? _traceId;

    /// <summary>
    /// The span of what the gateway does for it; null where nobody collects them. Its trace has the request's id, unless a load
    /// balancer of the operator's has begun it.
    /// </summary>
    public Activity? Span { get; init; }

    /// <inheritdoc/>
    public override string TraceId => _traceId ??= Span?.TraceId.ToHexString() ?? Id.ToString("N");

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The same moment on the clock that durations are measured with.</summary>
    public required long ReceivedTimestamp { get; init; }

    /// <summary>Whether it came with headers that only we may set.</summary>
    public bool HasReservedHeaders { get; set; }

    /// <summary>Whether its path had dot segments, so that what it is routed by is not what was sent.</summary>
    public bool PathIsResolved { get; set; }

    /// <summary>Whether some backends read its path in another way than it was routed.</summary>
    public bool HasOtherReading { get; set; }

    /// <summary>The scope that the route of that other reading requires; null for none.</summary>
    public string? OtherScope { get; set; }

    /// <summary>Who sent it; null until authenticated.</summary>
    public ApiKey? ApiKey { get; set; }

    /// <summary>By what the key can be looked up again while a long request lasts; null until authenticated. Never logged.</summary>
    public ApiKeyHash? ApiKeyHash { get; set; }

    /// <summary>What the limits said; the default until they were asked.</summary>
    public ref LimitDecision RateLimit => ref _rateLimit;

    /// <summary>What it costs.</summary>
    public long Units { get; set; } = 1;

    /// <summary>How it ended, in the words of the log and, for authenticated requests, of the usage event.</summary>
    public RequestOutcome Outcome { get; set; }

    /// <summary>Whether the status came from the backend.</summary>
    public bool BackendAnswered { get; set; }

    /// <summary>Time spent with the backend, from handing the request over to the end of its answer.</summary>
    public TimeSpan BackendDuration { get; set; }

    /// <summary>That of a request, which <see cref="Observability.RequestLogMiddleware"/> has made.</summary>
    public static GatewayRequest Of(HttpContext context) =>

        // Each request asks some 15 times, and by the type it is found faster than by the generic method of an interface.
        (GatewayRequest?)context.Features[typeof(GatewayRequest)] ?? throw new InvalidOperationException("The request has not begun.");
}
