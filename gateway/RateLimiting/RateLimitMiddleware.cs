using Gateway.Problems;
using Gateway.RateLimiting.Limits;
using Gateway.Requests;
using Gateway.Usage;

namespace Gateway.RateLimiting;

/// <summary>Takes what each request costs from its limits, refuses it when one is used up, and tells the client where it stands.</summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, RateLimiter limiter)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        var route = RouteLimits.Of(context);
        request.Units = route.UnitsOf(context.Request.Method);

        if (request.Units == 0)
        {
            // Free of charge is free of limits, too: nothing is asked, and nothing is said of them.
            return next(context);
        }

        var deciding = limiter.DecideAsync(request.ApiKey!, route, request.Units);
        if (!deciding.IsCompletedSuccessfully)
        {
            return WaitAsync(context, request, deciding);
        }

        request.RateLimit = deciding.Result;
        return GoOnAsync(context, request);
    }

    private async Task WaitAsync(HttpContext context, GatewayRequest request, ValueTask<LimitDecision> deciding)
    {
        var decision = await deciding;
        request.RateLimit = decision;
        await GoOnAsync(context, request);
    }

    // Not async: most requests need nobody here who waits for their end.
    private Task GoOnAsync(HttpContext context, GatewayRequest request)
    {
        // At the last moment, so that headers of the same names from the backend do not win.
        context.Response.OnStarting(WriteHeadersAsync, context);
        return !request.RateLimit.IsAllowed ? RefuseAsync(context, request)
            : request.RateLimit.Limits is { HasQuota: true } ? SettleAsync(context, request)
            : next(context);
    }

    private async Task SettleAsync(HttpContext context, GatewayRequest request)
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (!Billing.IsBillable(request.Outcome, request.BackendAnswered, context.Response.StatusCode))
            {
                limiter.Refund(request.ApiKey!.OrganizationId, request.RateLimit);
            }
        }
    }

    private static Task RefuseAsync(HttpContext context, GatewayRequest request)
    {
        ref var decision = ref request.RateLimit;
        if (decision.By == DecidedBy.Closed)
        {
            request.Outcome = RequestOutcome.LimitsUnavailable;
            return ProblemWriter.WriteAsync(context, Problem.LimitsUnavailable, retryAfterSeconds: 1);
        }

        var isQuota = decision.Limits!.Limits[decision.RefusedBy].Quota is not null;
        request.Outcome = isQuota ? RequestOutcome.QuotaExceeded : RequestOutcome.RateLimited;
        var problem = decision.RetryAfterMilliseconds == LimitDecision.Never ? Problem.CostsTooMuch
            : isQuota ? Problem.QuotaExceeded(decision.Limits.Limits[decision.RefusedBy].Month.End)
            : Problem.RateLimited;
        return ProblemWriter.WriteAsync(context, problem, decision);
    }

    private static Task WriteHeadersAsync(object state)
    {
        var context = (HttpContext)state;
        ref var decision = ref GatewayRequest.Of(context).RateLimit;
        if (decision.By is not (DecidedBy.Open or DecidedBy.Closed))
        {
            RateLimitHeaders.Write(context.Response.Headers, decision);
        }

        return Task.CompletedTask;
    }
}
