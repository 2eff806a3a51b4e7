using Gateway.Streams;
using Microsoft.AspNetCore.Http.Timeouts;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Proxying;

/// <summary>
/// A route's <c>Timeout</c>: how long a request may take in all, from here to the end of its answer. Answers that are meant
/// to stay open have no end to wait for; of them only silence is cut, by the cluster's activity timeout.
/// </summary>
internal static class RouteTimeout
{
    /// <summary>Whether the time is up. ASP.NET Core cancels such a request as if the client had left.</summary>
    public static bool IsOver(HttpContext context) =>
        context.Features.Get<IHttpRequestTimeoutFeature>() is { RequestTimeoutToken.IsCancellationRequested: true };

    /// <summary>Lets streams go on. YARP does the same for WebSockets.</summary>
    public static void ExemptStreams(TransformBuilderContext builder)
    {
        if (builder.Route.Timeout is null)
        {
            return;
        }

        builder.AddResponseTransform(static transform =>
        {
            if (transform.ProxyResponse is not null
                && (StreamRequest.IsEventStream(transform.HttpContext.Response) || StreamRequest.IsGrpc(transform.HttpContext.Response.ContentType)))
            {
                transform.HttpContext.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
            }

            return ValueTask.CompletedTask;
        });
    }
}
