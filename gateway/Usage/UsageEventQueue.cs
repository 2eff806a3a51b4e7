using System.Threading.Channels;
using Gateway.Contracts.Usage;

namespace Gateway.Usage;

/// <summary>Events on their way from the requests to the publisher. Adding never waits: metering must not slow a request down.</summary>
internal sealed partial class UsageEventQueue(UsageOptions options, ILogger<UsageEventQueue> logger)
{
    private readonly Channel<UsageEvent> _events = Channel.CreateBounded<UsageEvent>(
        new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });

    private long _added;
    private long _lost;

    /// <summary>Where the publisher takes them from; ends after <see cref="Complete"/>.</summary>
    public ChannelReader<UsageEvent> Reader => _events.Reader;

    /// <summary>Events that were taken in.</summary>
    public long Added => Interlocked.Read(ref _added);

    public void Add(UsageEvent usageEvent)
    {
        if (_events.Writer.TryWrite(usageEvent))
        {
            Interlocked.Increment(ref _added);
            return;
        }

        // Loudly, but not once a request: at the first and then at every power of two.
        var lost = Interlocked.Increment(ref _lost);
        if (long.IsPow2(lost))
        {
            EventsLost(lost);
        }
    }

    /// <summary>No more requests will come.</summary>
    public void Complete() => _events.Writer.TryComplete();

    [LoggerMessage(220, LogLevel.Critical, "the queue of usage events is full, Kafka takes none: {Lost} requests have not been metered so far")]
    private partial void EventsLost(long lost);
}
