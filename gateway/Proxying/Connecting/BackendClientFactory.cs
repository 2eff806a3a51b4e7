using System.Text;
using Gateway.Proxying.Backends;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Proxying.Connecting;

/// <summary>
/// The client of each cluster. YARP has turned off by then what a proxy must not do: follow redirects, keep cookies,
/// unpack bodies, use the environment's own proxy.
/// </summary>
internal class BackendClientFactory(BackendConnector connector, BackendOptions options, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    /// <summary>Connections are made anew after this time, so that a name that leads elsewhere by now is noticed.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectCallback = connector.ConnectAsync;
        handler.ConnectTimeout = 2 * options.ConnectTimeout; // The connector keeps the time of the connection, the rest is for TLS.
        handler.PooledConnectionLifetime = ConnectionLifetime;
        handler.ActivityHeadersPropagator = null; // traceparent is ours.

        // As Kestrel does on our other side: header values keep their bytes.
        handler.RequestHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
    }
}
