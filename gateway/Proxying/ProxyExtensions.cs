using Gateway.Hosting.Settings;
using Gateway.Proxying.Backends;

namespace Gateway.Proxying;

/// <summary>Adds YARP with the routes and clusters of the section <c>ReverseProxy</c>, in YARP's own format.</summary>
internal static class ProxyExtensions
{
    private const string Section = "ReverseProxy";

    public static void AddProxy(this WebApplicationBuilder builder, ProxyOptions options)
    {
        ValidateDestinations(builder.Configuration.GetSection($"{Section}:Clusters"));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // How large a body may be is the backend's affair.
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddSingleton(BackendOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<OrganizationBackends>();
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection(Section))
            .AddTransforms(FaithfulTransforms.Add)
            .ConfigureHttpClient(static (_, handler) => handler.ActivityHeadersPropagator = null); // traceparent is ours.
    }

    public static void MapProxy(this WebApplication application) => application.MapReverseProxy(static proxy =>
    {
        proxy.UseMiddleware<BackendResultMiddleware>();
        proxy.UseSessionAffinity();
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    });

    /// <summary>YARP would find most of this too, as a nested exception at start or as a 502 later.</summary>
    private static void ValidateDestinations(IConfigurationSection clusters)
    {
        foreach (var cluster in clusters.GetChildren())
        {
            var destinations = cluster.GetSection("Destinations").GetChildren().ToList();
            if (destinations.Count == 0)
            {
                throw new SettingException(
                    $"{cluster.Path}:Destinations:default:Address", "is not set; allowed is the backend's URL, http://host:port/");
            }

            foreach (var destination in destinations)
            {
                var address = destination["Address"];
                if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                {
                    throw new SettingException(
                        $"{destination.Path}:Address", $"\"{address}\" is not allowed; allowed is a URL, http://host:port/ or https://…");
                }
            }
        }
    }
}
