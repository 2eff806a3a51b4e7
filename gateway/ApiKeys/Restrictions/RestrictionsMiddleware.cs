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

        var required = context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata?.GetValueOrDefault(RequiredScope);
        return required is null || restrictions?.HasScope(required) == true
            ? next(context)
            : RefuseAsync(context, Problem.InsufficientScope);
    }

    private static Task RefuseAsync(HttpContext context, Problem problem)
    {
        GatewayRequest.Of(context).Outcome = RequestOutcome.Forbidden;
        return ProblemWriter.WriteAsync(context, problem);
    }
}
