using System.Text;
using Gateway.Hosting.Settings;
using Gateway.Streams;

namespace Gateway.Proxying;

/// <summary>Adds YARP with the routes and clusters of the section <c>ReverseProxy</c>, in YARP's own format.</summary>
internal static class ProxyExtensions
{
    private const string Section = "ReverseProxy";

    public static void AddProxy(this WebApplicationBuilder builder)
    {
        ValidateDestinations(builder.Configuration.GetSection($"{Section}:Clusters"));
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection(Section))
            .AddTransforms(EventStreamStart.Add)
            .ConfigureHttpClient(static (_, handler) =>
            {
                handler.ActivityHeadersPropagator = null; // traceparent is ours.

                // As Kestrel does on our other side: header values keep their bytes.
                handler.RequestHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
            });
    }

    public static void MapProxy(this WebApplication application) => application.MapReverseProxy(static proxy =>
    {
        proxy.UseMiddleware<BackendResultMiddleware>();
        proxy.UseMiddleware<SilentStreamMiddleware>();
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
