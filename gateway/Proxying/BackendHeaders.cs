namespace Gateway.Proxying;

/// <summary>The headers that we set for backends; part of our contract with them.</summary>
internal static class BackendHeaders
{
    public const string OrganizationId = "X-Organization-Id";
    public const string ApiKeyId = "X-Api-Key-Id";
    public const string RequestId = "X-Request-Id";

    /// <summary>W3C Trace Context.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>Belongs to a <see cref="TraceParent"/>, so a client's own is as meaningless as that.</summary>
    public const string TraceState = "tracestate";
}
