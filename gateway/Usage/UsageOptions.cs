using Gateway.Hosting.Settings;

namespace Gateway.Usage;

/// <summary>How usage events travel to Kafka (section <c>Usage</c>).</summary>
/// <param name="BatchSize">Events that are sent together (<c>BatchSize</c>, 100).</param>
/// <param name="BatchWait">How long the first of a batch waits for others (<c>BatchWaitMilliseconds</c>, 500).</param>
/// <param name="QueueCapacity">
/// Events that are held in memory while Kafka cannot take them (<c>QueueCapacity</c>, 100,000). Past that they are not metered:
/// counted and logged, and seen as holes in the source's sequence.
/// </param>
/// <param name="HeartbeatInterval">How often this gateway tells how far its sequence has got (<c>HeartbeatSeconds</c>, 10).</param>
internal sealed record UsageOptions(int BatchSize, TimeSpan BatchWait, int QueueCapacity, TimeSpan HeartbeatInterval)
{
    private const string Section = "Usage";

    public static UsageOptions Read(IConfiguration configuration) => new(
        (int)configuration.Number($"{Section}:BatchSize", 100, 1, 10_000),
        configuration.Milliseconds($"{Section}:BatchWaitMilliseconds", 500, 1, 60_000),
        (int)configuration.Number($"{Section}:QueueCapacity", 100_000, 100, 10_000_000),
        configuration.Seconds($"{Section}:HeartbeatSeconds", 10, 1, 3_600));
}
