using Gateway.Requests;

namespace Gateway.Cors;

/// <summary>A preflight that is answered here is no defect of ours and nobody's request: the log says what it was.</summary>
internal sealed class PreflightOutcomeMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (Preflight.IsPreflight(context.Request))
        {
            GatewayRequest.Of(context).Outcome = RequestOutcome.Preflight;
        }

        return next(context);
    }
}
