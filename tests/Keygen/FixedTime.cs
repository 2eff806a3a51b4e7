namespace Gateway.Keygen.Tests;

/// <summary>A clock that stands where a test puts it. Starts at the real time, which the database's clock agrees with.</summary>
internal sealed class FixedTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Now;
}
