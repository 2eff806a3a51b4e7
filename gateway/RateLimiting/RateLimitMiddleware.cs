using Gateway.Problems;
using Gateway.Requests;

namespace Gateway.RateLimiting;

/// <summary>Takes each request's cost from its organization's buckets, refuses it when one is empty, and tells the client where it stands.</summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, RateLimiter limiter)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        var decision = await limiter.DecideAsync(request.ApiKey!.RateLimits);
        request.RateLimit = decision;

        // At the last moment, so that headers of the same names from the backend do not win.
        context.Response.OnStarting(WriteHeadersAsync, context);
        if (decision.IsAllowed)
        {
            await next(context);
            return;
        }

        request.Outcome = RequestOutcome.RateLimited;
        await ProblemWriter.WriteAsync(
            context, Problem.RateLimited, decision.RetryAfterSeconds, decision.Policy.Buckets[decision.TightestIndex]);
    }

    private static Task WriteHeadersAsync(object state)
    {
        var context = (HttpContext)state;
        RateLimitHeaders.Write(context.Response.Headers, GatewayRequest.Of(context).RateLimit!);
        return Task.CompletedTask;
    }
}
