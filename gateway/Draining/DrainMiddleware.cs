using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.Draining;

/// <summary>
/// While the gateway drains, every answer also ends its connection (<c>Connection: close</c>, or GOAWAY over HTTP/2), so that the
/// next request of whoever keeps connections open is sent to another gateway, and none is on its way when this one closes.
/// </summary>
internal sealed class DrainMiddleware(RequestDelegate next, IHostApplicationLifetime lifetime)
{
    private readonly CancellationToken _stopping = lifetime.ApplicationStopping;

    public Task InvokeAsync(HttpContext context)
    {
        if (_stopping.IsCancellationRequested)
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }

        return next(context);
    }
}
