using Gateway.ApiKeys.LastUse;
using Gateway.ApiKeys.Refusals;
using Gateway.Contracts.ApiKeys;
using Gateway.Problems;
using Gateway.Requests;

namespace Gateway.ApiKeys;

/// <summary>Lets only requests with a valid API key on. A key that is in memory costs no allocation and no thread hop.</summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, ApiKeyStore store, RefusalThrottle throttle, LastUseRecorder lastUse, ApiKeyMetrics metrics)
{
    private const int RetryAfterSeconds = 1;

    public Task InvokeAsync(HttpContext context)
    {
        if (!ApiKeyCredential.TryRead(context.Request, out var key))
        {
            // Who sends no key guesses none.
            return ApiKeyCredential.IsAbsent(context.Request)
                ? AnswerInvalidAsync(context, AuthenticationResult.Missing)
                : RefuseAsync(context, AuthenticationResult.Malformed);
        }

        var hash = ApiKeyHash.Of(key);
        GatewayRequest.Of(context).ApiKeyHash = hash;
        if (store.TryFindInMemory(hash, out var lookup))
        {
            return GoOnAsync(context, lookup);
        }

        return throttle.RetryAfter(context.Connection.RemoteIpAddress) is { Ticks: > 0 } wait
            ? ThrottleAsync(context, wait)
            : AskAsync(context, hash);
    }

    private async Task AskAsync(HttpContext context, ApiKeyHash hash) => await GoOnAsync(context, await store.FindAsync(hash));

    private Task GoOnAsync(HttpContext context, ApiKeyLookup lookup)
    {
        switch (lookup.Result)
        {
            case ApiKeyLookupResult.Found:
                var request = GatewayRequest.Of(context);
                request.ApiKey = lookup.Key;
                metrics.Count(AuthenticationResult.Valid);
                lastUse.Record(lookup.Key!, request.ReceivedAt);
                return next(context);
            case ApiKeyLookupResult.Refused:
                return RefuseAsync(context, AuthenticationResult.Unknown);
            default:
                metrics.Count(AuthenticationResult.Unavailable);
                GatewayRequest.Of(context).Outcome = RequestOutcome.KeyStoreUnavailable;
                return ProblemWriter.WriteAsync(context, Problem.KeyStoreUnavailable, RetryAfterSeconds);
        }
    }

    private Task RefuseAsync(HttpContext context, AuthenticationResult reason)
    {
        var address = context.Connection.RemoteIpAddress;
        if (throttle.RetryAfter(address) is { Ticks: > 0 } wait)
        {
            return ThrottleAsync(context, wait);
        }

        throttle.Record(address);
        return AnswerInvalidAsync(context, reason);
    }

    private Task AnswerInvalidAsync(HttpContext context, AuthenticationResult reason)
    {
        metrics.Count(reason);
        GatewayRequest.Of(context).Outcome = RequestOutcome.Unauthenticated;
        return ProblemWriter.WriteAsync(context, Problem.InvalidApiKey);
    }

    private Task ThrottleAsync(HttpContext context, TimeSpan wait)
    {
        metrics.Count(AuthenticationResult.Throttled);
        GatewayRequest.Of(context).Outcome = RequestOutcome.Throttled;
        return ProblemWriter.WriteAsync(context, Problem.TooManyInvalidApiKeys, (int)Math.Ceiling(wait.TotalSeconds));
    }
}
