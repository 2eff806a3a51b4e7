using Gateway.Hosting.Settings;

namespace Gateway.Usage;

/// <summary>How usage events travel to Kafka (section <c>Usage</c>).</summary>
/// <param name="BatchSize">Events that are sent together (<c>BatchSize</c>, 100).</param>
/// <param name="BatchWait">How long the first of a batch waits for others (<c>BatchWaitMilliseconds</c>, 500).</param>
/// <param name="HeartbeatInterval">How often this gateway tells how far its sequence has got (<c>HeartbeatSeconds</c>, 10).</param>
/// <param name="AdoptionInterval">
/// How often it looks for journals of gateways that are no more (<c>JournalAdoptionSeconds</c>, 30); at its start in any case.
/// </param>
internal sealed record UsageOptions(int BatchSize, TimeSpan BatchWait, TimeSpan HeartbeatInterval, TimeSpan AdoptionInterval)
{
    private const string Section = "Usage";

    public static UsageOptions Read(IConfiguration configuration) => new(
        (int)configuration.Number($"{Section}:BatchSize", 100, 1, 10_000),
        configuration.Milliseconds($"{Section}:BatchWaitMilliseconds", 500, 1, 60_000),
        configuration.Seconds($"{Section}:HeartbeatSeconds", 10, 1, 3_600),
        configuration.Seconds($"{Section}:JournalAdoptionSeconds", 30, 1, 86_400));
}
