using Gateway.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.ApiKeys.Restrictions;

/// <summary>
/// <c>/x//reports</c> and <c>/x/reports%2f1</c> may lead to another route than <c>/x/reports</c>, but not at every backend to another
/// place. So paths that can be read in two ways, and are forwarded as they came, need the scopes of both routes. A WebSocket over
/// HTTP/2 is a CONNECT for routes, and a GET for a backend that speaks HTTP/1.1: it needs the scopes of both methods' routes.
/// </summary>
internal static class OtherReadingExtensions
{
    /// <summary>By which a branch of the pipeline knows the routes of the whole, as in ASP.NET Core's own UseStatusCodePagesWithReExecute.</summary>
    private const string RoutesKey = "__GlobalEndpointRouteBuilder";

    /// <summary>Finds out which scope the other reading needs. Costs other requests nothing; stands before <see cref="RestrictionsMiddleware"/>.</summary>
    public static void UseOtherReadings(this IApplicationBuilder application, IEndpointRouteBuilder routes) => application.UseWhen(
        static context => GatewayRequest.Of(context).HasOtherReading || HttpMethods.IsConnect(context.Request.Method),
        ambiguous =>
        {
            ambiguous.Properties[RoutesKey] = routes;
            ambiguous.Use(RouteAsync);
            ambiguous.UseRouting();
            ambiguous.Use(RememberAsync);
        });

    private static Task RouteAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        context.Features.Set(new FirstRoute(request.Method, request.Path, context.GetEndpoint(), request.RouteValues));
        request.Path = OtherReading.Of(request.Path);
        request.Method = HttpMethods.IsConnect(request.Method) ? HttpMethods.Get : request.Method;
        context.SetEndpoint(null);
        return next(context);
    }

    private static Task RememberAsync(HttpContext context, RequestDelegate next)
    {
        GatewayRequest.Of(context).OtherScope = RestrictionsMiddleware.ScopeOf(context.GetEndpoint());
        var first = context.Features.GetRequiredFeature<FirstRoute>();
        context.Request.Method = first.Method;
        context.Request.Path = first.Path;
        context.Request.RouteValues = first.Values;
        context.SetEndpoint(first.Endpoint);
        return next(context);
    }

    /// <summary>What the request was routed to, and is.</summary>
    private sealed record FirstRoute(string Method, PathString Path, Endpoint? Endpoint, RouteValueDictionary Values);
}
