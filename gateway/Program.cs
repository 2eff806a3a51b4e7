using Gateway.ApiKeys;
using Gateway.ApiKeys.Restrictions;
using Gateway.ClientAddresses;
using Gateway.Cors;
using Gateway.Draining;
using Gateway.Hosting;
using Gateway.Hosting.Health;
using Gateway.Hosting.Observability;
using Gateway.Listening;
using Gateway.Observability;
using Gateway.Problems;
using Gateway.Proxying;
using Gateway.Quotas;
using Gateway.RateLimiting;
using Gateway.Requests;
using Gateway.Streams;
using Gateway.Usage;
using Gateway.Validation;

namespace Gateway;

/// <summary>The gateway: what it is made of, and the way of a request through it.</summary>
internal static class Program
{
    private const int DefaultManagementPort = 8081;

    public static Task<int> Main(string[] arguments)
    {
        SocketSettings.CompleteInline();
        return ServiceHost.RunAsync(() => Build(arguments));
    }

    public static WebApplication Build(string[] arguments) => Build(CreateBuilder(arguments));

    /// <summary>What it is made of, with settings and services as they are until <see cref="Build(WebApplicationBuilder)"/>.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] arguments)
    {
        var builder = ServiceHost.CreateBuilder(arguments, "gateway", GatewayMeter.Names, DefaultManagementPort);
        var listening = ListeningOptions.Read(builder.Configuration);
        builder.AddRequestTelling();
        builder.AddDraining();
        builder.AddTrustedProxies();
        builder.AddValidation();
        builder.AddApiKeys();
        builder.AddRateLimits();
        builder.AddQuotas();
        builder.AddUsage();
        var corsPolicies = builder.AddBrowserClients();
        builder.AddStreams();
        builder.AddProxy(corsPolicies);
        builder.AddListening(listening);
        return builder;
    }

    /// <summary>The way of a request through it.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var application = builder.Build();
        var listening = application.Services.GetRequiredService<ListeningOptions>();

        // The management port has its own short pipeline: nothing on it is logged, checked or forwarded.
        application.MapWhen(ManagementConnection.Carries, static management =>
        {
            management.UseHealth();
            management.UseMetrics();
            management.Run(NotFoundAsync);
        });
        if (listening.AnswersHealth)
        {
            application.UseHealth();
        }

        application.UseMiddleware<DrainMiddleware>();

        // The order matters:
        application.UseMiddleware<RequestLogMiddleware>();         // 1. around the rest, so that every answer is logged, our own defects too
        application.UseForwardedHeaders();                         // 2. who is the client? from here on it is not the load balancer
        application.UseMiddleware<RequestValidationMiddleware>();  // 3. before anyone acts on what others might read differently
        application.UseBrowserClients();                           // 4. CORS, before all that refuses what is well-formed: scripts may read refusals
        application.UseBodyLimit(listening);                       // 5. said to be too large, before anybody has work with it
        application.UseMiddleware<ReadinessMiddleware>();          // 6. before anything that needs PostgreSQL, Redis or Kafka

        // A preflight that a route passes on has no key and belongs to nobody.
        application.UseWhen(static context => !Preflight.IsPassedOn(context), keyed =>
        {
            keyed.UseMiddleware<ApiKeyMiddleware>();               // 7. who is it? all that follows belongs to an organization
            keyed.UseMiddleware<UsageMeteringMiddleware>();        // 8. from here on every request is metered, refused ones too
            keyed.UseOtherReadings(application);                   //    where would others see the path lead?
            keyed.UseMiddleware<RestrictionsMiddleware>();         // 9. may this key? before the limit: a stolen key must not use it up
            keyed.UseMiddleware<RateLimitMiddleware>();            // 10. may they now? before the backend has any work with it
            keyed.UseMiddleware<StreamMiddleware>();               // 11. upgrades and gRPC: counted, and ended with their key
        });
        application.UseMiddleware<BackendHeadersMiddleware>();     // 12. credential off, identity on
        application.MapProxy();                                    // 13. to the backend
        application.MapFallback("{**path}", NoRouteAsync);
        return application;
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task NoRouteAsync(HttpContext context)
    {
        GatewayRequest.Of(context).Outcome = RequestOutcome.NoRoute;
        return ProblemWriter.WriteAsync(context, Problem.RouteNotFound);
    }
}
