using Gateway.Problems;
using Gateway.Requests;

namespace Gateway.Listening;

/// <summary>
/// A body that says itself that it is too large is refused before anybody has work with it. One that does not say is
/// counted by Kestrel as it comes, see <see cref="RefusedBody"/>.
/// </summary>
internal sealed class BodyLimitMiddleware(RequestDelegate next, ListeningOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.ContentLength is not { } length || length <= options.Limits.BodyBytes)
        {
            return next(context);
        }

        GatewayRequest.Of(context).Outcome = RequestOutcome.BodyTooLarge;
        return ProblemWriter.WriteAsync(context, Problem.BodyTooLarge);
    }
}
