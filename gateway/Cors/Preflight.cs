using Gateway.Streams;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Cors;

/// <summary>
/// The question a browser asks before a request to another origin (WHATWG Fetch, "CORS-preflight request"). It carries no
/// credentials, so it can never have a key.
/// </summary>
internal static class Preflight
{
    /// <summary>The policy of a route whose backend answers for itself.</summary>
    public const string BackendPolicy = "Backend";

    /// <summary>Whether it really is one, and not a request that hopes to get past the key check.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin is [{ Length: > 0 }]
        && request.Headers.AccessControlRequestMethod is [{ Length: > 0 }]
        && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true }
        && !StreamRequest.IsUpgrade(request.HttpContext);

    /// <summary>Whether it goes to the backend, without a key and without an organization.</summary>
    public static bool IsPassedOn(HttpContext context) =>
        HttpMethods.IsOptions(context.Request.Method) && IsBackendRoute(context) && IsPreflight(context.Request);

    /// <summary>Whether the route's backend decides about other origins.</summary>
    public static bool IsBackendRoute(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IEnableCorsAttribute>() is { PolicyName: { } name }
        && string.Equals(name, BackendPolicy, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the route says anything about other origins.</summary>
    public static bool IsConcernedBy(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>() is not null;
}
