using Gateway.Contracts.ApiKeys;
using Gateway.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Streams;

/// <summary>
/// A request that lasts. Kestrel uses its contexts again for later requests: after the request has ended
/// (<see cref="Dispose"/>) this one must not touch it, which is what the lock is for.
/// </summary>
internal sealed class OpenStream(OpenStreams owner, HttpContext context, bool isUpgrade, long confirmedAt) : IDisposable
{
    // RFC 9113, section 7: the stream is no longer needed. gRPC clients read it as CANCELLED.
    private const int Http2Cancel = 8;

    private readonly Lock _lock = new();
    private bool _hasEnded;

    public bool IsUpgrade { get; } = isUpgrade;

    public Guid RequestId { get; } = GatewayRequest.Of(context).Id;

    /// <summary>Null for a passed-on request without a key.</summary>
    public ApiKeyHash? KeyHash { get; } = GatewayRequest.Of(context).ApiKeyHash;

    /// <summary>When its key was last known to work.</summary>
    public long ConfirmedAt { get; set; } = confirmedAt;

    /// <summary>Ends it for client and backend, at once: what goes over it is not ours, so we cannot say goodbye in its words.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
            if (context.Features.Get<IHttpResetFeature>() is { } http2)
            {
                http2.Reset(Http2Cancel);
            }
            else
            {
                context.Abort();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _hasEnded = true;
        }

        owner.Remove(this);
    }
}
