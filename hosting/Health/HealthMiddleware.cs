using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.Health;

/// <summary>
/// <c>/health/live</c>: the process runs, nothing else is asked. <c>/health/ready</c> and <c>/health</c>: 503 until every
/// dependency has been there once, and again from SIGTERM on, so that a load balancer stops sending.
/// A dependency that fails later does not make us unready: taking every instance out at once helps nobody. What only an
/// operator can mend does, see <see cref="IReadinessCondition"/>.
/// </summary>
internal sealed class HealthMiddleware(RequestDelegate next, Readiness readiness)
{
    private static readonly PathString HealthPath = "/health";

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(HealthPath, StringComparison.Ordinal, out var rest))
        {
            return next(context);
        }

        return rest.Value switch
        {
            "/live" => AnswerAsync(context, StatusCodes.Status200OK, new HealthReport("live", WaitingFor: null)),
            "/ready" or "" or null => AnswerReadyAsync(context),
            _ => next(context),
        };
    }

    private Task AnswerReadyAsync(HttpContext context)
    {
        var report = readiness.Look();
        return AnswerAsync(
            context, report.Status == HealthReport.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, report);
    }

    private static Task AnswerAsync(HttpContext context, int statusCode, HealthReport report)
    {
        context.Response.StatusCode = statusCode;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(report, HealthReportContext.Default.HealthReport);
    }
}

/// <summary>Adds the health paths to a pipeline.</summary>
public static class HealthExtensions
{
    /// <summary>Answers <c>/health</c>, <c>/health/live</c> and <c>/health/ready</c>; all else goes on.</summary>
    public static IApplicationBuilder UseHealth(this IApplicationBuilder app) => app.UseMiddleware<HealthMiddleware>();
}
