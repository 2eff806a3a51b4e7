using System.Net;
using Gateway.Contracts.Backends;
using Gateway.Hosting.Settings;
using Gateway.Proxying.Backends;
using Gateway.Validation;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Proxying.Routes;

/// <summary>Routes and clusters that YARP will take.</summary>
internal sealed record ProxyRoutes(IReadOnlyList<RouteConfig> Routes, IReadOnlyList<ClusterConfig> Clusters);

/// <summary>
/// Reads the section <c>ReverseProxy</c>, in YARP's own format and by YARP's own reader and validator. YARP itself would find
/// some mistakes as a nested exception at start and others as a 502 later; here each is one line that names the setting.
/// </summary>
internal static class RouteReader
{
    public const string Section = "ReverseProxy";

    /// <param name="configuration">All of the configuration.</param>
    /// <param name="options">What clusters get that do not say otherwise.</param>
    /// <param name="corsPolicies">Those that a route may name.</param>
    /// <exception cref="SettingException">Something makes no sense.</exception>
    public static ProxyRoutes Read(IConfiguration configuration, BackendOptions options, ICorsPolicyProvider corsPolicies)
    {
        var section = configuration.GetSection(Section);
        foreach (var cluster in section.GetSection("Clusters").GetChildren())
        {
            ValidateDestinations(cluster, options);
        }

        using var yarp = new ServiceCollection()
            .AddLogging()
            .AddSingleton(corsPolicies)
            .AddReverseProxy()
            .LoadFromConfig(section)
            .Services.BuildServiceProvider();
        var config = Convert(yarp, section);
        var validator = yarp.GetRequiredService<IConfigValidator>();
        foreach (var cluster in config.Clusters)
        {
            Complain($"{Section}:Clusters:{cluster.ClusterId}", validator.ValidateClusterAsync(cluster));
        }

        if (config.Routes.Count == 0)
        {
            throw new SettingException($"{Section}:Routes", "is empty; allowed is at least one route");
        }

        var methods = ValidationOptions.Read(configuration).Methods;
        foreach (var route in config.Routes)
        {
            Complain($"{Section}:Routes:{route.RouteId}", validator.ValidateRouteAsync(route));
            ValidateCluster(route, config.Clusters);
            ValidateAuthorization(route);
            RouteMetadata.Validate(route, $"{Section}:Routes:{route.RouteId}:Metadata:", methods);
        }

        return new ProxyRoutes(config.Routes, [.. config.Clusters.Select(cluster => WithDefaults(cluster, options))]);
    }

    private static IProxyConfig Convert(ServiceProvider yarp, IConfigurationSection section)
    {
        try
        {
            return yarp.GetRequiredService<IProxyConfigProvider>().GetConfig();
        }
        catch (Exception exception)
        {
            // YARP says what is wrong, but neither with which route nor with which cluster.
            throw new SettingException(FindCulprit(section), $"{OneLine(exception)}; allowed is what YARP's configuration knows");
        }
    }

    private static string FindCulprit(IConfigurationSection section)
    {
        foreach (var part in section.GetChildren().SelectMany(static kind => kind.GetChildren()))
        {
            var alone = new ConfigurationBuilder().AddInMemoryCollection(part.AsEnumerable()).Build();
            using var yarp = new ServiceCollection().AddLogging().AddReverseProxy().LoadFromConfig(alone.GetSection(Section)).Services.BuildServiceProvider();
            try
            {
                yarp.GetRequiredService<IProxyConfigProvider>().GetConfig();
            }
            catch (Exception)
            {
                return part.Path;
            }
        }

        return Section;
    }

    private static void ValidateDestinations(IConfigurationSection cluster, BackendOptions options)
    {
        var destinations = cluster.GetSection("Destinations").GetChildren().ToList();
        if (destinations.Count == 0)
        {
            throw new SettingException($"{cluster.Path}:Destinations:default:Address", "is not set; allowed is the backend's URL, http://host:port/");
        }

        foreach (var destination in destinations)
        {
            if (!BackendAddress.TryParse(destination["Address"], out var address, out var problem))
            {
                throw new SettingException($"{destination.Path}:Address", problem);
            }

            if (!options.AllowsLinkLocal && IPAddress.TryParse(address.IdnHost, out var literal) && MetadataAddress.Includes(literal))
            {
                throw new SettingException(
                    $"{destination.Path}:Address", "is a link-local or metadata address; allowed is any other, or this one with Proxy:AllowLinkLocalBackends");
            }
        }
    }

    private static void ValidateCluster(RouteConfig route, IReadOnlyList<ClusterConfig> clusters)
    {
        if (!clusters.Any(cluster => string.Equals(cluster.ClusterId, route.ClusterId, StringComparison.OrdinalIgnoreCase)))
        {
            throw new SettingException(
                $"{Section}:Routes:{route.RouteId}:ClusterId",
                $"\"{route.ClusterId}\" is no cluster; allowed is {string.Join(", ", clusters.Select(static cluster => cluster.ClusterId))}");
        }
    }

    // Nothing would act on it, and nobody who sets it wants that.
    private static void ValidateAuthorization(RouteConfig route)
    {
        if (route.AuthorizationPolicy is { } policy)
        {
            throw new SettingException(
                $"{Section}:Routes:{route.RouteId}:AuthorizationPolicy",
                $"\"{policy}\" is not supported: every request needs an API key; allowed is the scope that it must have, in Metadata:RequiredScope");
        }
    }

    private static void Complain(string setting, ValueTask<IList<Exception>> validation)
    {
        // Nothing that YARP asks here waits for anything.
        var errors = validation.AsTask().GetAwaiter().GetResult();
        if (errors.Count > 0)
        {
            throw new SettingException(setting, $"{OneLine(errors[0])}; allowed is what YARP's configuration knows");
        }
    }

    private static string OneLine(Exception exception) => exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static ClusterConfig WithDefaults(ClusterConfig cluster, BackendOptions options)
    {
        var request = cluster.HttpRequest ?? ForwarderRequestConfig.Empty;
        var health = cluster.HealthCheck;
        return cluster with
        {
            HttpRequest = request with { ActivityTimeout = request.ActivityTimeout ?? options.ActivityTimeout },
            HealthCheck = health?.Active is not { } active ? health : health with
            {
                Active = active with { Interval = active.Interval ?? options.HealthInterval, Timeout = active.Timeout ?? options.HealthTimeout },
            },
        };
    }
}
