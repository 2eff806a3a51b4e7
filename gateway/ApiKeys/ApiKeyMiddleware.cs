using Gateway.Contracts.ApiKeys;
using Gateway.Problems;
using Gateway.Requests;

namespace Gateway.ApiKeys;

/// <summary>Lets only requests with a valid API key on. A key that is in memory costs no allocation and no thread hop.</summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, ApiKeyStore store)
{
    private const int RetryAfterSeconds = 1;

    public Task InvokeAsync(HttpContext context)
    {
        if (!ApiKeyCredential.TryRead(context.Request, out var key))
        {
            return RefuseAsync(context);
        }

        var hash = ApiKeyHash.Of(key);
        GatewayRequest.Of(context).ApiKeyHash = hash;
        var lookup = store.FindAsync(hash);
        return lookup.IsCompletedSuccessfully ? GoOnAsync(context, lookup.Result) : AwaitAsync(context, lookup);
    }

    private async Task AwaitAsync(HttpContext context, ValueTask<ApiKeyLookup> lookup) => await GoOnAsync(context, await lookup);

    private Task GoOnAsync(HttpContext context, ApiKeyLookup lookup)
    {
        switch (lookup.Result)
        {
            case ApiKeyLookupResult.Found:
                GatewayRequest.Of(context).ApiKey = lookup.Key;
                return next(context);
            case ApiKeyLookupResult.Refused:
                return RefuseAsync(context);
            default:
                GatewayRequest.Of(context).Outcome = RequestOutcome.KeyStoreUnavailable;
                return ProblemWriter.WriteAsync(context, Problem.KeyStoreUnavailable, RetryAfterSeconds);
        }
    }

    private static Task RefuseAsync(HttpContext context)
    {
        GatewayRequest.Of(context).Outcome = RequestOutcome.Unauthenticated;
        return ProblemWriter.WriteAsync(context, Problem.InvalidApiKey);
    }
}
