using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Usage;

/// <summary>Around everything that happens to an authenticated request: counts its bytes and meters it when it has ended, however it ended.</summary>
internal sealed class UsageMeteringMiddleware(RequestDelegate next, UsageMeter meter, UsageEventQueue queue)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var responseBody = new CountingResponseBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(responseBody);

        CountingRequestBody? requestBody = null;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            requestBody = new CountingRequestBody(context.Request.Body);
            context.Request.Body = requestBody;
        }

        var upgrade = CountingUpgrade.Install(context);
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
