namespace Gateway.Tests.Fixtures;

/// <summary>A clock that stands still until the test moves it. Timers are not part of it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = new DateTime(2026, 11, 21, 10, 0, 0, DateTimeKind.Utc).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
