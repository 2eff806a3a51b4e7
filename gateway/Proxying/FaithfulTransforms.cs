using System.Net;
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
            if (context.ProxyResponse is { } response)
            {
                Finish(response, context.HttpContext);
            }

            return ValueTask.CompletedTask;
        });
    }

    private static void Finish(HttpResponseMessage response, HttpContext context)
    {
        AnswerRule.Check(context, response);
        var headers = context.Response.Headers;
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            headers.ContentLength = null; // Forbidden there (RFC 9110, 8.6), and Kestrel would wait for that many bytes: 500.
        }

        if (response.Headers.NonValidated.TryGetValues(Connection, out var connections))
        {
            foreach (var connection in connections)
            {
                ConnectionHeaders.RemoveNamed(headers, connection);
            }
        }
    }
}
