using System.Globalization;
using System.Security.Cryptography;
using Gateway.ApiKeys;
using Gateway.Requests;

namespace Gateway.Proxying;

/// <summary>
/// What the backend gets to see: the credential off, who is asking on. Headers by which a backend recognizes us are
/// dropped when a client sends them, whatever their spelling, so that a backend can believe what it reads.
/// </summary>
internal sealed class BackendHeadersMiddleware(RequestDelegate next)
{
    private const string OrganizationId = "X-Organization-Id";
    private const string ApiKeyId = "X-Api-Key-Id";
    private const string RequestId = "X-Request-Id";
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";
    private const string ForwardedPrefix = "X-Forwarded-";

    private static readonly string[] ClientMayNotSend =
        [OrganizationId, ApiKeyId, RequestId, TraceParent, TraceState, "Forwarded", "X-Real-IP", "True-Client-IP"];

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        ApiKeyCredential.Remove(context.Request);
        foreach (var name in ClientMayNotSend)
        {
            headers.Remove(name);
        }

        RemoveLookalikes(headers);

        var request = GatewayRequest.Of(context);
        if (request.ApiKey is { } key)
        {
            headers[OrganizationId] = key.OrganizationIdText;
            headers[ApiKeyId] = key.IdText;
        }

        headers[RequestId] = request.Id.ToString();
        headers[TraceParent] = NewTraceParent(request.Id);
        return next(context);
    }

    /// <summary>X-Forwarded-* is ours, and many backends read X_Organization_Id (CGI, WSGI) as X-Organization-Id.</summary>
    private static void RemoveLookalikes(IHeaderDictionary headers)
    {
        List<string>? found = null;
        foreach (var (name, _) in headers)
        {
            if (IsOurs(name.Contains('_', StringComparison.Ordinal) ? name.Replace('_', '-') : name))
            {
                (found ??= []).Add(name);
            }
        }

        foreach (var name in found ?? [])
        {
            headers.Remove(name);
        }
    }

    private static bool IsOurs(string name) =>
        name.StartsWith(ForwardedPrefix, StringComparison.OrdinalIgnoreCase)
        || name.Equals(ApiKeyCredential.HeaderName, StringComparison.OrdinalIgnoreCase)
        || ClientMayNotSend.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>W3C Trace Context: version 00, the request's id as trace id so that one leads to the other, not sampled.</summary>
    private static string NewTraceParent(Guid requestId)
    {
        Span<byte> parentId = stackalloc byte[8];
        RandomNumberGenerator.Fill(parentId);
        return string.Create(CultureInfo.InvariantCulture, $"00-{requestId:N}-{Convert.ToHexStringLower(parentId)}-00");
    }
}
