using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Streams;

/// <summary>What a request says about how long it will last.</summary>
internal static class StreamRequest
{
    private const string GrpcContentType = "application/grpc";
    private const string EventStream = "text/event-stream";

    /// <summary>A WebSocket, over HTTP/1.1 or HTTP/2.</summary>
    public static bool IsUpgrade(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } || ExtendedConnect(context) is not null;

    /// <summary>The feature of a request that asks for a WebSocket over HTTP/2; null for every other.</summary>
    public static IHttpExtendedConnectFeature? ExtendedConnect(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method) // A feature that is not there is looked for everywhere.
        && context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect ? connect : null;

    /// <summary>A gRPC call. Any may be a stream; only its .proto file knows.</summary>
    public static bool IsGrpc(HttpRequest request) => IsGrpc(request.ContentType);

    /// <summary>The same by the content type, of a request or of an answer.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null && contentType.StartsWith(GrpcContentType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Asks for server-sent events, as browsers' EventSource does. Others get them without asking.</summary>
    public static bool AsksForEvents(HttpRequest request) =>
        request.Headers.Accept is [{ } accept] && accept.Contains(EventStream, StringComparison.OrdinalIgnoreCase);

    /// <summary>An answer of server-sent events.</summary>
    public static bool IsEventStream(HttpResponse response) =>
        response.ContentType is { } contentType && contentType.StartsWith(EventStream, StringComparison.OrdinalIgnoreCase);
}
