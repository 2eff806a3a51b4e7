using Gateway.Hosting.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting.Health;

/// <summary>
/// <c>/health/live</c>: the process runs, nothing else is asked. <c>/health/ready</c> and <c>/health</c>: 503 until every
/// dependency has been there once, and again from SIGTERM on, so that a load balancer stops sending.
/// A dependency that fails later does not make us unready: taking every instance out at once helps nobody. What only an
/// operator can mend does, see <see cref="IReadinessCondition"/>.
/// </summary>
internal sealed class HealthMiddleware(
    RequestDelegate next, DependencyGate gate, IEnumerable<IReadinessCondition> conditions, IHostApplicationLifetime lifetime)
{
    private static readonly PathString HealthPath = "/health";

    private readonly IReadinessCondition[] _conditions = [.. conditions];

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(HealthPath, StringComparison.Ordinal, out var rest))
        {
            return next(context);
        }

        return rest.Value switch
        {
            "/live" => AnswerAsync(context, StatusCodes.Status200OK, "live"),
            "/ready" or "" or null => AnswerReadyAsync(context),
            _ => next(context),
        };
    }

    private Task AnswerReadyAsync(HttpContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "draining");
        }

        if (!gate.IsOpen)
        {
            return AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "starting", gate.Missing);
        }

        return Array.Find(_conditions, static condition => condition.Problem is not null) is { Problem: { } problem } blocked
            ? AnswerAsync(
                context, StatusCodes.Status503ServiceUnavailable, "blocked", new Dictionary<string, string>(StringComparer.Ordinal) { [blocked.Name] = problem })
            : AnswerAsync(context, StatusCodes.Status200OK, "ready");
    }

    private static Task AnswerAsync(
        HttpContext context, int statusCode, string status, IReadOnlyDictionary<string, string>? waitingFor = null)
    {
        context.Response.StatusCode = statusCode;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new HealthReport(status, waitingFor), HealthReportContext.Default.HealthReport);
    }
}

/// <summary>Adds the health paths to a pipeline.</summary>
public static class HealthExtensions
{
    /// <summary>Answers <c>/health</c>, <c>/health/live</c> and <c>/health/ready</c>; all else goes on.</summary>
    public static IApplicationBuilder UseHealth(this IApplicationBuilder app) => app.UseMiddleware<HealthMiddleware>();
}
