using Gateway.Listening;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Usage;

/// <summary>Around everything that happens to an authenticated request: counts its bytes and meters it when it has ended, however it ended.</summary>
internal sealed class UsageMeteringMiddleware(
    RequestDelegate next, UsageMeter meter, UsageEventQueue queue, ListeningOptions listening, TimeProvider timeProvider)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var unread = new UnreadAnswer(context, listening.Limits.UnreadTimeout, timeProvider);
        var responseBody = new CountingResponseBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), unread);
        context.Features.Set<IHttpResponseBodyFeature>(responseBody);

        CountingRequestBody? requestBody = null;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            requestBody = new CountingRequestBody(context.Request.Body);
            context.Request.Body = requestBody;
        }

        var upgrade = CountingUpgrade.Install(context, unread);
        try
        {
            await next(context);
        }
        finally
        {
            var requestBytes = (requestBody?.Bytes ?? 0) + (upgrade?.RequestBytes ?? 0);
            var responseBytes = responseBody.Bytes + (upgrade?.ResponseBytes ?? 0);
            if (meter.Mint(context, requestBytes, responseBytes) is { } usageEvent)
            {
                queue.Add(usageEvent);
            }
        }
    }
}
