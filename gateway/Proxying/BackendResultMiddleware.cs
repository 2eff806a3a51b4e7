using Gateway.Listening;
using Gateway.Problems;
using Gateway.Requests;
using Gateway.Usage;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Proxying;

/// <summary>Measures the backend, and turns what YARP says of its failure into the request's outcome and into an answer.</summary>
internal sealed partial class BackendResultMiddleware(RequestDelegate next, TimeProvider timeProvider, ILogger<BackendResultMiddleware> logger)
{
    private const int RetryAfterSeconds = 1;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        var started = timeProvider.GetTimestamp();
        await next(context);
        request.BackendDuration = timeProvider.GetElapsedTime(started);

        var failure = context.GetForwarderErrorFeature();
        var error = failure?.Error ?? ForwarderError.None;
        request.Outcome = ToOutcome(error, context);
        if (request.Outcome == RequestOutcome.BackendError && failure?.Exception is { } exception)
        {
            // YARP's own line has a page of stack trace, for every request, just when a backend is down.
            BackendFailed(request.Id, error, exception.GetBaseException().Message);
        }

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
        else if (error == ForwarderError.NoAvailableDestinations)
        {
            await ProblemWriter.WriteAsync(context, Problem.BackendNotAvailable, RetryAfterSeconds);
        }
        else if (request.Outcome == RequestOutcome.BackendError)
        {
            await ProblemWriter.WriteAsync(context, IsTimeout(error, context) ? Problem.BackendTimeout : Problem.BackendUnavailable);
        }
    }

    private static RequestOutcome ToOutcome(ForwarderError error, HttpContext context) => error switch
    {
        ForwarderError.None => RequestOutcome.Forwarded,

        // To YARP it looks as if the client had left.
        _ when RouteTimeout.IsOver(context) => RequestOutcome.BackendError,
        ForwarderError.RequestCanceled
            or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
            or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
            or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient
            or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient => RequestOutcome.ClientAborted,

        // Whatever else went wrong, it did so because the client had left.
        _ when context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted => RequestOutcome.ClientAborted,
        _ => RequestOutcome.BackendError,
    };

    private static bool IsTimeout(ForwarderError error, HttpContext context) =>
        error is ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout || RouteTimeout.IsOver(context);

    [LoggerMessage(259, LogLevel.Warning, "request {RequestId} failed at the backend: {Error}, {Reason}")]
    private partial void BackendFailed(Guid requestId, ForwarderError error, string reason);
}
