using Gateway.Hosting.Startup;
using Gateway.Problems;

namespace Gateway.Requests;

/// <summary>Until every server that we need has been there once, no request can be checked or limited: 503.</summary>
internal sealed class ReadinessMiddleware(RequestDelegate next, DependencyGate gate)
{
    private const int RetryAfterSeconds = 1;

    public Task InvokeAsync(HttpContext context)
    {
        if (gate.IsOpen)
        {
            return next(context);
        }

        GatewayRequest.Of(context).Outcome = RequestOutcome.NotReady;
        return ProblemWriter.WriteAsync(context, Problem.NotReady, RetryAfterSeconds);
    }
}
