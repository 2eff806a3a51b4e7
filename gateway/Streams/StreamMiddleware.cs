using Gateway.Problems;
using Gateway.Requests;

namespace Gateway.Streams;

/// <summary>Notices requests that will last by what they ask for: an upgrade, or a gRPC call. Server-sent events are known by their answer only.</summary>
internal sealed class StreamMiddleware(RequestDelegate next, OpenStreams streams)
{
    private const int RetryAfterSeconds = 5;

    public Task InvokeAsync(HttpContext context)
    {
        if (StreamRequest.IsUpgrade(context))
        {
            if (!streams.TryAddUpgrade(context))
            {
                GatewayRequest.Of(context).Outcome = RequestOutcome.TooManyStreams;
                return ProblemWriter.WriteAsync(context, Problem.TooManyStreams, RetryAfterSeconds);
            }
        }
        else if (StreamRequest.IsGrpc(context.Request))
        {
            streams.Add(context);
        }

        return next(context);
    }
}
