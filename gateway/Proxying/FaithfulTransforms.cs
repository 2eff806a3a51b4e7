using Gateway.Requests;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Proxying;

/// <summary>What YARP changes by itself and we do not want changed, or leaves and must not pass. Comes after the route's own transforms.</summary>
internal static class FaithfulTransforms
{
    private const string Connection = "Connection";

    public static void Add(TransformBuilderContext builder)
    {
        builder.AddRequestTransform(static context =>
        {
            // A transform may have set the whole address itself.
            context.ProxyRequest.RequestUri ??= ForwardedTarget.Build(
                context.DestinationPrefix,
                context.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                GatewayRequest.Of(context.HttpContext).PathIsResolved,
                context.HttpContext.Request.Path,
                context.Path,
                context.Query.QueryString);
            return ValueTask.CompletedTask;
        });
        builder.AddResponseTransform(static context =>
        {
            if (context.ProxyResponse is { } response && response.Headers.NonValidated.TryGetValues(Connection, out var connections))
            {
                foreach (var connection in connections)
                {
                    ConnectionHeaders.RemoveNamed(context.HttpContext.Response.Headers, connection);
                }
            }

            return ValueTask.CompletedTask;
        });
    }
}
