using Gateway.Hosting.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting.Health;

/// <summary>
/// <c>/health/live</c>: the process runs, nothing else is asked. <c>/health/ready</c> and <c>/health</c>: 503 until every
/// dependency has been there once, and again from SIGTERM on, so that a load balancer stops sending.
/// A dependency that fails later does not make us unready: taking every instance out at once helps nobody.
/// </summary>
public static class ManagementEndpoints
{
    /// <summary>Adds the three paths.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", static () => Results.Json(new HealthReport("live", null)));
        endpoints.MapGet("/health/ready", Ready);
        endpoints.MapGet("/health", Ready);
    }

    private static IResult Ready(HttpContext context)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            return Unavailable("draining", null);
        }

        var gate = services.GetRequiredService<DependencyGate>();
        return gate.IsOpen ? Results.Json(new HealthReport("ready", null)) : Unavailable("starting", gate.Missing);
    }

    private static IResult Unavailable(string status, IReadOnlyDictionary<string, string>? waitingFor) =>
        Results.Json(new HealthReport(status, waitingFor), statusCode: StatusCodes.Status503ServiceUnavailable);

    private sealed record HealthReport(string Status, IReadOnlyDictionary<string, string>? WaitingFor);
}
