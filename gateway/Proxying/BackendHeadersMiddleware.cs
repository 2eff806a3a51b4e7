using System.Globalization;
using Gateway.ApiKeys;
using Gateway.Requests;

namespace Gateway.Proxying;

/// <summary>
/// What the backend gets to see: the credential off, what only concerns client and gateway off, who is asking on. Headers by
/// which a backend recognizes us are dropped when a client sends them, so that a backend can believe what it reads.
/// </summary>
internal sealed class BackendHeadersMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var request = GatewayRequest.Of(context);
        ApiKeyCredential.Remove(context.Request);
        foreach (var connection in headers.Connection)
        {
            ConnectionHeaders.RemoveNamed(headers, connection);
        }

        headers.Remove("Trailer"); // Announces trailers, and YARP forwards none of a request.
        if (request.HasReservedHeaders)
        {
            ReservedHeaders.Remove(headers);
        }

        // Ours come last: no header of a client can take them off again.
        if (request.ApiKey is { } key)
        {
            headers[BackendHeaders.OrganizationId] = key.OrganizationIdText;
            headers[BackendHeaders.ApiKeyId] = key.IdText;
        }

        headers[BackendHeaders.RequestId] = request.Id.ToString();
        headers[BackendHeaders.TraceParent] = request.Span?.Id ?? NewTraceParent(request.Id);
        if (request.Span?.TraceStateString is { Length: > 0 } state)
        {
            headers[BackendHeaders.TraceState] = state;
        }

        return next(context);
    }

    /// <summary>W3C Trace Context: version 00, the request's id as trace id so that one leads to the other, not sampled. Where there is a span it is that.</summary>
    private static string NewTraceParent(Guid requestId) =>
        string.Create(CultureInfo.InvariantCulture, $"00-{requestId:N}-{Random.Shared.NextInt64(1, long.MaxValue):x16}-00");
}
