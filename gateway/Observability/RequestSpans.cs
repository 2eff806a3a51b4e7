using System.Diagnostics;
using Gateway.ClientAddresses;
using Gateway.Requests;

namespace Gateway.Observability;

/// <summary>
/// The span of the gateway's work for a request: the only one, and only while somebody collects them. A trace that a trusted
/// load balancer has begun goes on; what anybody else sends is not believed, and the trace has the request's id.
/// </summary>
internal sealed class RequestSpans : IDisposable
{
    public const string SourceName = "Gateway";

    // For the span that is about to begin on this thread.
    [ThreadStatic]
    private static ActivityTraceId _nextTraceId;

    private readonly ActivitySource _source = new(SourceName);
    private readonly TrustedProxies _trustedProxies;

    static RequestSpans() => Activity.TraceIdGenerator = static () => _nextTraceId == default ? ActivityTraceId.CreateRandom() : _nextTraceId;

    public RequestSpans(TrustedProxies trustedProxies) => _trustedProxies = trustedProxies;

    /// <summary>Null where nobody wants it.</summary>
    public Activity? Begin(HttpContext context, Guid requestId)
    {
        if (!_source.HasListeners())
        {
            return null;
        }

        _nextTraceId = ActivityTraceId.CreateFromString(requestId.ToString("N"));
        try
        {
            return _source.StartActivity($"{context.Request.Method} {RouteName.Of(context)}", ActivityKind.Server, ParentOf(context));
        }
        finally
        {
            _nextTraceId = default;
        }
    }

    /// <summary>Says what became of the request. What a client can put a secret into, and is not recorded, is not said.</summary>
    public static void End(HttpContext context, GatewayRequest request, string route)
    {
        if (request.Span is not { } span)
        {
            return;
        }

        if (span.IsAllDataRequested)
        {
            var method = RecordedMethod.Of(context.Request.Method, request.Outcome);
            span.DisplayName = $"{method} {route}";
            span.SetTag("http.request.method", method);
            span.SetTag("http.route", route);
            span.SetTag("url.path", RecordedPath.Of(context.Request));
            span.SetTag("url.scheme", context.Request.Scheme);
            span.SetTag("network.protocol.version", context.Request.Protocol is { Length: > 5 } protocol ? protocol[5..] : null);
            span.SetTag("http.response.status_code", context.Response.StatusCode);
            span.SetTag("gateway.request.id", request.Id.ToString());
            span.SetTag("gateway.outcome", request.Outcome.Name());
            span.SetTag("gateway.backend.duration", request.BackendDuration.TotalSeconds);
            span.SetTag("gateway.organization.id", request.ApiKey?.OrganizationIdText);
            span.SetTag("gateway.key.id", request.ApiKey?.IdText);
            if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            {
                span.SetStatus(ActivityStatusCode.Error);
                span.SetTag("error.type", request.Outcome.Name());
            }
        }

        span.Dispose();
    }

    public void Dispose() => _source.Dispose();

    private ActivityContext ParentOf(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers.TraceParent is [{ } parent]
            && _trustedProxies.Contain(context.Connection.RemoteIpAddress)
            && ActivityContext.TryParse(parent, headers.TraceState, isRemote: true, out var found)
                ? found
                : default;
    }
}
