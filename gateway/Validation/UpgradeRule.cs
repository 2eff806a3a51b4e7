using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Validation;

/// <summary>
/// The only upgrade is one to WebSocket, asked for with GET (RFC 6455, 4.1). YARP would forward any other method as a GET, which
/// is another request than the one that was checked, and other protocols as a tunnel in which nothing is. What asks for those
/// is an ordinary request from here on.
/// </summary>
internal static class UpgradeRule
{
    /// <summary>The protocol, in <c>Upgrade</c> of HTTP/1.1 and in <c>:protocol</c> of HTTP/2 (RFC 8441).</summary>
    public const string WebSocket = "websocket";

    public static void Apply(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
        {
            return;
        }

        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) || !string.Equals(request.Headers.Upgrade, WebSocket, StringComparison.OrdinalIgnoreCase))
        {
            request.Headers.Remove("Upgrade");
            context.Features.Set<IHttpUpgradeFeature>(null);
        }
    }
}
