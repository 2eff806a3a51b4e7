using Gateway.Requests;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Gateway.Proxying.Backends;

/// <summary>
/// Sends the requests of an organization that has its own backend there, on every route that leads to the cluster
/// <c>default</c>; a route to another cluster means that one. No request ever falls back to the default backend, which
/// would show one customer's data to another's service. An organization may have so many requests under way there and
/// no more, so that a backend that hangs holds no more of the gateway than that.
/// </summary>
internal sealed class OrganizationBackendMiddleware(
    RequestDelegate next, OrganizationBackends backends, IProxyStateLookup clusters, BackendOptions options)
{
    private const string DefaultCluster = "default";

    /// <summary>How long a request waits for YARP to know a backend that was set a moment ago.</summary>
    private static readonly TimeSpan ReloadWait = TimeSpan.FromSeconds(2);

    public Task InvokeAsync(HttpContext context)
    {
        if (GatewayRequest.Of(context).ApiKey is not { } key || !backends.TryGet(key.OrganizationId, out var own))
        {
            return next(context);
        }

        var route = context.GetReverseProxyFeature().Route;
        return string.Equals(route.Config.ClusterId, DefaultCluster, StringComparison.OrdinalIgnoreCase) ? SendAsync(context, route, own) : next(context);
    }

    private async Task SendAsync(HttpContext context, RouteModel route, OrganizationCluster own)
    {
        if (own.Config is null
            || (!clusters.TryGetCluster(own.Id, out var cluster) && (cluster = await WaitForAsync(own.Id, context.RequestAborted)) is null)
            || !own.TryEnter(options.MaximumInFlight))
        {
            await Refusal.RefuseAsync(context);
            return;
        }

        try
        {
            context.ReassignProxyRequest(own.Reroute(route, cluster), cluster);
            await next(context);
        }
        finally
        {
            own.Leave();
        }
    }

    private async Task<ClusterState?> WaitForAsync(string id, CancellationToken aborted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(ReloadWait);
        while (true)
        {
            // Taken before looking: a reload in between completes it.
            var reload = backends.NextReload;
            if (clusters.TryGetCluster(id, out var cluster))
            {
                return cluster;
            }

            try
            {
                await reload.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }
}
