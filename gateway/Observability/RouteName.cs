using Yarp.ReverseProxy.Model;

namespace Gateway.Observability;

/// <summary>The route that a request took, by its id in the configuration.</summary>
internal static class RouteName
{
    /// <summary>Stands for a request that no route has taken.</summary>
    public const string None = "none";

    public static string Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.RouteId ?? None;
}
