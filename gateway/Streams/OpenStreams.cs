using System.Collections.Concurrent;
using Gateway.Listening;

namespace Gateway.Streams;

/// <summary>Every stream that is open, so that it can be ended, and how many of them are upgraded connections.</summary>
internal sealed class OpenStreams(ListeningOptions listening, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<OpenStream, bool> _streams = new();
    private readonly int _maximumUpgrades = listening.Limits.UpgradedConnections > 0 ? listening.Limits.UpgradedConnections : int.MaxValue;
    private int _upgrades;

    /// <summary>Those that are open now; may be enumerated while they come and go.</summary>
    public IEnumerable<OpenStream> All => _streams.Keys;

    public int Count => _streams.Count;

    public bool IsEmpty => _streams.IsEmpty;

    /// <summary>Takes a request in until it ends.</summary>
    public void Add(HttpContext context) => Add(context, isUpgrade: false);

    /// <summary>The same for a request that asks for an upgrade; false where there are too many of them.</summary>
    public bool TryAddUpgrade(HttpContext context)
    {
        if (Interlocked.Increment(ref _upgrades) > _maximumUpgrades)
        {
            Interlocked.Decrement(ref _upgrades);
            return false;
        }

        Add(context, isUpgrade: true);
        return true;
    }

    public void Remove(OpenStream stream)
    {
        if (_streams.TryRemove(stream, out _) && stream.IsUpgrade)
        {
            Interlocked.Decrement(ref _upgrades);
        }
    }

    private void Add(HttpContext context, bool isUpgrade)
    {
        var stream = new OpenStream(this, context, isUpgrade, timeProvider.GetTimestamp());
        _streams[stream] = true;
        context.Response.RegisterForDispose(stream);
    }
}
