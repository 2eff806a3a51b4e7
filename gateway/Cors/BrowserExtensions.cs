using Gateway.Hosting.Settings;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Gateway.Cors;

/// <summary>
/// Scripts in browsers. A route says by YARP's <c>CorsPolicy</c> who answers for it: a policy of the section
/// <c>Cors:Policies</c>, <c>Backend</c> (preflights are passed on without a key), or <c>Disable</c>. Without it a preflight is a
/// request without a key: 401.
/// </summary>
internal static class BrowserExtensions
{
    private const string PolicySection = "Cors:Policies";
    private const string RouteSection = "ReverseProxy:Routes";
    private const string Disable = "Disable";

    /// <summary>The policies that routes may name.</summary>
    public static BrowserPolicies AddBrowserClients(this WebApplicationBuilder builder)
    {
        var policies = new Dictionary<string, CorsPolicy>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in builder.Configuration.GetSection(PolicySection).GetChildren())
        {
            if (IsReserved(section.Key))
            {
                throw new SettingException(
                    section.Path, $"is not allowed: {Disable} and {Preflight.BackendPolicy} mean something already; any other name is allowed");
            }

            policies.Add(section.Key, BrowserPolicy.Read(builder.Configuration, section.Path).Build());
        }

        ValidateRoutes(builder.Configuration.GetSection(RouteSection), policies);
        var known = new BrowserPolicies(policies);
        builder.Services.AddSingleton<ICorsPolicyProvider>(known);
        builder.Services.AddCors();
        return known;
    }

    /// <summary>Stands before everything that can refuse a request, so that browsers let scripts read refusals. Costs other routes nothing.</summary>
    public static void UseBrowserClients(this WebApplication application) => application.UseWhen(Preflight.IsConcernedBy, static browsers =>
    {
        browsers.UseMiddleware<PreflightOutcomeMiddleware>();
        browsers.UseCors();
        browsers.UseMiddleware<BackendCorsMiddleware>();
    });

    /// <summary>YARP would find it too, as a nested exception.</summary>
    private static void ValidateRoutes(IConfigurationSection routes, Dictionary<string, CorsPolicy> policies)
    {
        foreach (var route in routes.GetChildren())
        {
            var name = route["CorsPolicy"];
            if (!string.IsNullOrEmpty(name) && !IsReserved(name) && !policies.ContainsKey(name))
            {
                throw new SettingException(
                    $"{route.Path}:CorsPolicy",
                    $"\"{name}\" is not known; allowed are {string.Join(", ", [.. policies.Keys, Preflight.BackendPolicy, Disable])}");
            }
        }
    }

    private static bool IsReserved(string name) =>
        string.Equals(name, Disable, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, Preflight.BackendPolicy, StringComparison.OrdinalIgnoreCase);
}
