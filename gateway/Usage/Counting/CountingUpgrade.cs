using Gateway.Listening;
using Gateway.Streams;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Usage.Counting;

/// <summary>
/// A connection that may be upgraded (HTTP/1.1: <c>Upgrade</c>, HTTP/2: extended CONNECT). What goes over it afterwards is
/// counted like bodies: what comes from the client as request, what goes to it as response.
/// </summary>
internal sealed class CountingUpgrade(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect, UnreadAnswer unread)
    : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    private long _requestBytes;
    private long _responseBytes;

    public long RequestBytes => Interlocked.Read(ref _requestBytes);

    public long ResponseBytes => Interlocked.Read(ref _responseBytes);

    public bool IsUpgradableRequest => upgrade is { IsUpgradableRequest: true };

    public bool IsExtendedConnect => connect is { IsExtendedConnect: true };

    public string? Protocol => connect?.Protocol;

    /// <summary>Stands in for the features of a request that asks for an upgrade; null for every other.</summary>
    public static CountingUpgrade? Install(HttpContext context, UnreadAnswer unread)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        var connect = StreamRequest.ExtendedConnect(context);
        if (upgrade is not { IsUpgradableRequest: true } && connect is null)
        {
            return null;
        }

        var counting = new CountingUpgrade(upgrade, connect, unread);
        if (counting.IsUpgradableRequest)
        {
            context.Features.Set<IHttpUpgradeFeature>(counting);
        }

        if (counting.IsExtendedConnect)
        {
            context.Features.Set<IHttpExtendedConnectFeature>(counting);
        }

        return counting;
    }

    public async Task<Stream> UpgradeAsync() => new CountingDuplexStream(await upgrade!.UpgradeAsync(), this, unread);

    public async ValueTask<Stream> AcceptAsync() => new CountingDuplexStream(await connect!.AcceptAsync(), this, unread);

    public void AddRequestBytes(int count) => Interlocked.Add(ref _requestBytes, count);

    public void AddResponseBytes(int count) => Interlocked.Add(ref _responseBytes, count);
}
