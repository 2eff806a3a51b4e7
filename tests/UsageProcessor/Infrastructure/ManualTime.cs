namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _timestamp;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => _timestamp += time.Ticks;

    public override long GetTimestamp() => _timestamp;
}
