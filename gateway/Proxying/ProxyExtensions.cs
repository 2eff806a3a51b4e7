using Gateway.Cors;
using Gateway.Hosting.Observability;
using Gateway.Proxying.Backends;
using Gateway.Proxying.Breakers;
using Gateway.Proxying.Connecting;
using Gateway.Proxying.Health;
using Gateway.Proxying.Retries;
using Gateway.Proxying.Routes;
using Gateway.RateLimiting.Limits;
using Gateway.Streams;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Gateway.Proxying;

/// <summary>Adds YARP with the routes and clusters of the section <c>ReverseProxy</c>, in YARP's own format, and the organizations' own.</summary>
internal static class ProxyExtensions
{
    /// <summary>By this the application knows that it need not add the middleware itself.</summary>
    private const string AuthorizationIsSet = "__AuthorizationMiddlewareSet";

    public static void AddProxy(this WebApplicationBuilder builder, BrowserPolicies corsPolicies)
    {
        if (RoutesFile.AddTo(builder.Configuration) is { } file)
        {
            builder.Services.AddSingleton(file);
            builder.Services.AddHostedService<RoutesFileRefresh>();
        }

        var backends = BackendOptions.Read(builder.Configuration);
        RouteReader.Read(builder.Configuration, backends, corsPolicies); // Read again when YARP asks; here for its complaints.
        builder.Services.AddSingleton(backends);
        builder.Services.AddSingleton<BackendConnector>();
        builder.Services.AddSingleton<IObservedMetrics, ConnectionMetrics>();
        builder.Services.AddSingleton<DestinationBreakers>();
        builder.Services.AddSingleton<OrganizationBackends>();
        builder.Services.AddSingleton<IProxyConfigProvider, ConfiguredRoutes>();
        builder.Services.AddSingleton<IProxyConfigProvider>(static services => services.GetRequiredService<OrganizationBackends>());
        builder.Services.AddSingleton<IConfigChangeListener>(static services => services.GetRequiredService<OrganizationBackends>());
        builder.Services.AddSingleton<IProbingRequestFactory, ProbeRequestFactory>();
        builder.Services.AddRequestTimeouts();
        builder.Services.AddSingleton<IForwarderHttpClientFactory, BackendClientFactory>();
        builder.Services.AddReverseProxy()
            .AddTransforms(FaithfulTransforms.Add)
            .AddTransforms(RouteTimeout.ExemptStreams)
            .AddTransforms(EventStreamStart.Add);
    }

    public static void MapProxy(this WebApplication application)
    {
        // YARP brings ASP.NET Core's authorization, which would put itself before everything else and take its time of each request. Who may
        // do what is said by keys; a route that names a policy is refused.
        ((IApplicationBuilder)application).Properties[AuthorizationIsSet] = true;
        application.UseRequestTimeouts();
        application.MapReverseProxy(static proxy =>
        {
            proxy.UseMiddleware<BackendResultMiddleware>();
            proxy.UseMiddleware<OrganizationBackendMiddleware>();   // 1. whose backend
            proxy.UseMiddleware<SilentStreamMiddleware>();          // 2. how long it may be silent
            proxy.UseMiddleware<RetryMiddleware>();                 // 3. as often as it takes: all that follows is one attempt
            proxy.UseSessionAffinity();
            proxy.UseLoadBalancing();                               // 4. which of its destinations
            proxy.UseWhen(HasPassiveHealthChecks, UsePassiveHealthChecks);
            proxy.UseMiddleware<BreakerMiddleware>();               // 5. does that one answer
        }).Add(RouteLimits.AddTo);
    }

    /// <summary>Whether the cluster asks for YARP's own. They wait for each request's end, which costs those of others something, too.</summary>
    private static bool HasPassiveHealthChecks(HttpContext context) =>
        context.GetReverseProxyFeature().Cluster.Config.HealthCheck?.Passive?.Enabled == true;

    private static void UsePassiveHealthChecks(IApplicationBuilder application) =>
        new ReverseProxyApplicationBuilder(application).UsePassiveHealthChecks();
}
