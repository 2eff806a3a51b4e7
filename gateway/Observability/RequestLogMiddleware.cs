using Gateway.Hosting.Logging;
using Gateway.Problems;
using Gateway.Requests;

namespace Gateway.Observability;

/// <summary>The outermost layer: gives each request its identity, answers for our own defects, and writes one line when it has ended.</summary>
internal sealed partial class RequestLogMiddleware(
    RequestDelegate next,
    RequestMetrics metrics,
    RequestSpans spans,
    RequestLogOptions options,
    TimeProvider timeProvider,
    ILogger<RequestLogMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var receivedAt = timeProvider.GetUtcNow();
        var id = UuidVersion7.Create(receivedAt);
        var request = new GatewayRequest
        {
            Id = id,
            Span = spans.Begin(context, id),
            ReceivedAt = receivedAt,
            ReceivedTimestamp = timeProvider.GetTimestamp(),
        };
        context.Features.Set(request);
        LoggedRequest.Current = request;
        metrics.Began();
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            request.Outcome = RequestOutcome.ClientAborted;
        }
        catch (Exception exception)
        {
            request.Outcome = RequestOutcome.InternalError;
            RequestFailed(exception, id);
            if (!context.Response.HasStarted)
            {
                context.Response.Clear();
                await ProblemWriter.WriteAsync(context, Problem.InternalError);
            }
            else
            {
                context.Abort();
            }
        }

        var duration = timeProvider.GetElapsedTime(request.ReceivedTimestamp);
        var route = RouteName.Of(context);
        metrics.Ended(request, route, context.Response.StatusCode, duration);
        RequestSpans.End(context, request, route);
        if (logger.IsEnabled(LogLevel.Information) && options.Includes(id, context.Response.StatusCode))
        {
            RequestEnded(
                id,
                RecordedMethod.Of(context.Request.Method, request.Outcome),
                RecordedPath.Of(context.Request),
                context.Response.StatusCode,
                request.Outcome.Name(),
                route,
                request.ApiKey?.OrganizationIdText,
                request.ApiKey?.IdText,
                request.RateLimit.OverLimit,
                Math.Round(duration.TotalMilliseconds, 3),
                Math.Round(request.BackendDuration.TotalMilliseconds, 3));
        }
    }

    [LoggerMessage(230, LogLevel.Information, "{Method} {Path} {Status}", SkipEnabledCheck = true)]
    private partial void RequestEnded(
        Guid requestId,
        string method,
        string path,
        int status,
        string outcome,
        string route,
        string? organizationId,
        string? apiKeyId,
        string? overLimit,
        double durationMilliseconds,
        double backendMilliseconds);

    [LoggerMessage(231, LogLevel.Error, "request {RequestId} failed inside the gateway")]
    private partial void RequestFailed(Exception exception, Guid requestId);
}
