using Gateway.Problems;
using Gateway.Requests;
using Yarp.ReverseProxy.Model;

namespace Gateway.ApiKeys.Restrictions;

/// <summary>Refuses what the key is not for: a client outside of its networks, a route that requires a scope which it does not have.</summary>
internal sealed class RestrictionsMiddleware(RequestDelegate next)
{
    /// <summary>The scope that a route requires, in the route's <c>Metadata</c>.</summary>
    public const string RequiredScope = "RequiredScope";

    public Task InvokeAsync(HttpContext context)
    {
        var restrictions = GatewayRequest.Of(context).ApiKey!.Restrictions;
        if (restrictions is not null && !restrictions.Allows(context.Connection.RemoteIpAddress))
        {
            return RefuseAsync(context, Problem.ClientNetworkNotAllowed);
        }

        return Allows(restrictions, ScopeOf(context.GetEndpoint())) && Allows(restrictions, GatewayRequest.Of(context).OtherScope)
            ? next(context)
            : RefuseAsync(context, Problem.InsufficientScope);
    }

    /// <summary>The scope that a route requires; null for none.</summary>
    public static string? ScopeOf(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata?.GetValueOrDefault(RequiredScope);

    private static bool Allows(ApiKeyRestrictions? restrictions, string? scope) => scope is null || restrictions?.HasScope(scope) == true;

    private static Task RefuseAsync(HttpContext context, Problem problem)
    {
        GatewayRequest.Of(context).Outcome = RequestOutcome.Forbidden;
        return ProblemWriter.WriteAsync(context, problem);
    }
}
