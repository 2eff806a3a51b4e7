using Gateway.ApiKeys;
using Gateway.Cors;
using Gateway.Hosting;
using Gateway.Hosting.Health;
using Gateway.Listening;
using Gateway.Observability;
using Gateway.Problems;
using Gateway.Proxying;
using Gateway.RateLimiting;
using Gateway.Requests;
using Gateway.Streams;
using Gateway.Usage;

namespace Gateway;

/// <summary>The gateway: what it is made of, and the way of a request through it.</summary>
internal static class Program
{
    private const int DefaultManagementPort = 8081;

    public static Task<int> Main(string[] arguments) => ServiceHost.RunAsync(() => Build(arguments));

    public static WebApplication Build(string[] arguments)
    {
        var builder = ServiceHost.CreateBuilder(arguments, DefaultManagementPort);
        var listening = ListeningOptions.Read(builder.Configuration);
        builder.AddApiKeys();
        builder.AddRateLimits();
        builder.AddUsage();
        builder.AddBrowserClients();
        builder.AddStreams();
        builder.AddProxy();
        builder.AddListening(listening);

        var application = builder.Build();

        // The management port has its own short pipeline: nothing on it is logged, checked or forwarded.
        application.MapWhen(ManagementConnection.Carries, static management =>
        {
            management.UseHealth();
            management.Run(NotFoundAsync);
        });
        if (listening.AnswersHealth)
        {
            application.UseHealth();
        }

        // The order matters:
        application.UseMiddleware<RequestLogMiddleware>();      // 1. outermost, so that every answer is logged, our own defects too
        application.UseBrowserClients();                        // 2. CORS, before anything that can refuse: scripts may read refusals
        application.UseBodyLimit(listening);                    // 3. said to be too large, before anybody has work with it
        application.UseMiddleware<ReadinessMiddleware>();       // 4. before anything that needs PostgreSQL, Redis or Kafka

        // A preflight that a route passes on has no key and belongs to nobody.
        application.UseWhen(static context => !Preflight.IsPassedOn(context), static keyed =>
        {
            keyed.UseMiddleware<ApiKeyMiddleware>();            // 5. who is it? all that follows belongs to an organization
            keyed.UseMiddleware<UsageMeteringMiddleware>();     // 6. from here on every request is metered, refused ones too
            keyed.UseMiddleware<RateLimitMiddleware>();         // 7. may they? before the backend has any work with it
            keyed.UseMiddleware<StreamMiddleware>();            // 8. upgrades and gRPC: counted, and ended with their key
        });
        application.UseMiddleware<BackendHeadersMiddleware>();  // 9. credential off, identity on
        application.MapProxy();                                 // 10. to the backend
        application.MapFallback(NoRouteAsync);
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
