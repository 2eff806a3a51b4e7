using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Gateway.Cors;

/// <summary>The policies by name, without regard to case as in YARP.</summary>
internal sealed class BrowserPolicies(IReadOnlyDictionary<string, CorsPolicy> policies) : ICorsPolicyProvider
{
    /// <summary>The name of the policy for routes that say <c>Default</c>.</summary>
    public const string Default = "Default";

    private static readonly CorsPolicy Nothing = new();

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        if (string.Equals(policyName, Preflight.BackendPolicy, StringComparison.OrdinalIgnoreCase))
        {
            // YARP asks, outside of a request, whether the policy is known. For a request there is none: the backend has it.
            return Task.FromResult(context.GetEndpoint() is null ? Nothing : null);
        }

        if (context.GetEndpoint() is null && string.Equals(policyName, Default, StringComparison.OrdinalIgnoreCase))
        {
            // YARP takes a policy that is really called so for a mistake; it gives routes the framework's name for it, null.
            return Task.FromResult<CorsPolicy?>(null);
        }

        return Task.FromResult(policies.GetValueOrDefault(policyName ?? Default));
    }
}
