using Gateway.ApiKeys;
using Gateway.ApiKeys.Restrictions;
using Gateway.ClientAddresses;
using Gateway.Hosting;
using Gateway.Hosting.Health;
using Gateway.Observability;
using Gateway.Problems;
using Gateway.Proxying;
using Gateway.RateLimiting;
using Gateway.Requests;
using Gateway.Usage;
using Gateway.Validation;

namespace Gateway;

/// <summary>The gateway: what it is made of, and the way of a request through it.</summary>
internal static class Program
{
    private const int DefaultManagementPort = 8081;

    public static Task<int> Main(string[] arguments) => ServiceHost.RunAsync(() => Build(arguments));

    public static WebApplication Build(string[] arguments)
    {
        var builder = ServiceHost.CreateBuilder(arguments, DefaultManagementPort);
        var proxy = ProxyOptions.Read(builder.Configuration);
        builder.AddTrustedProxies();
        builder.AddValidation();
        builder.AddApiKeys();
        builder.AddRateLimits();
        builder.AddUsage();
        builder.AddProxy(proxy);

        var application = builder.Build();

        // The management port has its own short pipeline: nothing on it is logged, checked or forwarded.
        application.MapWhen(ManagementConnection.Carries, static management =>
        {
            management.UseHealth();
            management.Run(NotFoundAsync);
        });
        if (proxy.AnswersHealth)
        {
            application.UseHealth();
        }

        // The order matters:
        application.UseForwardedHeaders();                      // 0. who is the client? before anything tells of it
        application.UseMiddleware<RequestLogMiddleware>();      // 1. outermost, so that every answer is logged, our own defects too
        application.UseMiddleware<RequestValidationMiddleware>();  // 2. before anyone acts on what others might read differently
        application.UseMiddleware<ReadinessMiddleware>();       // 3. before anything that needs PostgreSQL, Redis or Kafka
        application.UseMiddleware<ApiKeyMiddleware>();          // 4. who is it? all that follows belongs to an organization
        application.UseMiddleware<UsageMeteringMiddleware>();   // 5. from here on every request is metered, refused ones too
        application.UseMiddleware<RestrictionsMiddleware>();    // 6. may this key? before the limit: a stolen key must not use it up
        application.UseMiddleware<RateLimitMiddleware>();       // 7. may they now? before the backend has any work with it
        application.UseMiddleware<BackendHeadersMiddleware>();  // 8. credential off, identity on
        application.MapProxy();                                 // 9. to the backend
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
