using Gateway.Problems;
using Gateway.Requests;
using Gateway.Streams;

namespace Gateway.Validation;

/// <summary>
/// Refuses what must not reach a backend: what may be read differently there than here, and methods that nobody allowed.
/// A request that is fine costs one pass over its headers and allocates nothing of ours.
/// </summary>
internal sealed partial class RequestValidationMiddleware(
    RequestDelegate next, ValidationOptions options, ILogger<RequestValidationMiddleware> logger)
{
    private const string Close = "close";

    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (!IsAllowed(context))
        {
            context.Response.Headers.Allow = options.Allow;
            return RefuseAsync(context, request, Problem.MethodNotAllowed);
        }

        var problem = FramingRule.Check(context.Request)
            ?? TargetRule.Check(context, request)
            ?? HeaderRule.Check(context.Request.Headers, request);
        if (problem is null)
        {
            UpgradeRule.Apply(context);
            return next(context);
        }

        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            // Where this request ends is as doubtful as the rest of it: what follows in the connection is never looked at.
            context.Response.Headers.Connection = Close;
        }

        return RefuseAsync(context, request, problem);
    }

    private bool IsAllowed(HttpContext context) =>
        options.Methods.Contains(context.Request.Method)
        || StreamRequest.ExtendedConnect(context) is { Protocol: UpgradeRule.WebSocket };

    private Task RefuseAsync(HttpContext context, GatewayRequest request, Problem problem)
    {
        request.Outcome = RequestOutcome.InvalidRequest;
        RequestRefused(request.Id, problem.Detail);
        return ProblemWriter.WriteAsync(context, problem);
    }

    [LoggerMessage(232, LogLevel.Debug, "request {RequestId} is not looked at: {Reason}")]
    private partial void RequestRefused(Guid requestId, string reason);
}
