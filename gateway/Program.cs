using Gateway.ApiKeys;
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
        application.UseBodyLimit(listening);
        application.UseMiddleware<ReadinessMiddleware>();       // 2. before anything that needs PostgreSQL, Redis or Kafka
        application.UseMiddleware<ApiKeyMiddleware>();          // 3. who is it? all that follows belongs to an organization
        application.UseMiddleware<UsageMeteringMiddleware>();   // 4. from here on every request is metered, refused ones too
        application.UseMiddleware<RateLimitMiddleware>();       // 5. may they? before the backend has any work with it
        application.UseMiddleware<StreamMiddleware>();
        application.UseMiddleware<BackendHeadersMiddleware>();  // 6. credential off, identity on
        application.MapProxy();                                 // 7. to the backend
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
