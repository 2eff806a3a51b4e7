using Gateway.Problems;
using Gateway.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Streams;

/// <summary>Notices requests that will last by what they ask for: an upgrade, or a gRPC call. Server-sent events are known by their answer only.</summary>
internal sealed class StreamMiddleware(RequestDelegate next, OpenStreams streams)
{
    private const string GrpcContentType = "application/grpc";
    private const int RetryAfterSeconds = 5;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true })
        {
            if (!streams.TryAddUpgrade(context))
            {
                GatewayRequest.Of(context).Outcome = RequestOutcome.TooManyStreams;
                return ProblemWriter.WriteAsync(context, Problem.TooManyStreams, RetryAfterSeconds);
            }
        }
        else if (context.Request.ContentType is { } contentType
            && contentType.StartsWith(GrpcContentType, StringComparison.OrdinalIgnoreCase))
        {
            streams.Add(context);
        }

        return next(context);
    }
}
