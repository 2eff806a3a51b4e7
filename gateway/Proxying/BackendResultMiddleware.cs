using Gateway.Listening;
using Gateway.Problems;
using Gateway.Requests;
using Gateway.Usage;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Proxying;

/// <summary>Measures the backend, and turns what YARP says of its failure into the request's outcome and into an answer.</summary>
internal sealed class BackendResultMiddleware(RequestDelegate next, TimeProvider timeProvider)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        var started = timeProvider.GetTimestamp();
        await next(context);
        request.BackendDuration = timeProvider.GetElapsedTime(started);

        var error = context.GetForwarderErrorFeature()?.Error ?? ForwarderError.None;
        request.Outcome = ToOutcome(error, context);

        // Where headers have gone out they are the backend's; an answer of ours is not written yet.
        request.BackendAnswered = error == ForwarderError.None || context.Response.HasStarted;
        if (context.Response.HasStarted)
        {
            return;
        }

        if (request.Outcome == RequestOutcome.ClientAborted)
        {
            if (RefusedBody.ProblemOf(context, error) is { } problem)
            {
                await ProblemWriter.WriteAsync(context, problem);
                return;
            }

            // Nobody sees it, but log and event say what happened.
            context.Response.StatusCode = Billing.ClientClosedRequest;
        }
        else if (request.Outcome == RequestOutcome.BackendError)
        {
            await ProblemWriter.WriteAsync(context, IsTimeout(error) ? Problem.BackendTimeout : Problem.BackendUnavailable);
        }
    }

    private static RequestOutcome ToOutcome(ForwarderError error, HttpContext context) => error switch
    {
        ForwarderError.None => RequestOutcome.Forwarded,
        ForwarderError.RequestCanceled
            or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
            or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
            or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient
            or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient => RequestOutcome.ClientAborted,

        // Whatever else went wrong, it did so because the client had left.
        _ when context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted => RequestOutcome.ClientAborted,
        _ => RequestOutcome.BackendError,
    };

    private static bool IsTimeout(ForwarderError error) =>
        error is ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout;
}
