using Gateway.Hosting.Settings;

namespace Gateway.UsageProcessor.Deduplication;

/// <summary>What is remembered of the events that are stored (section <c>Deduplication</c>).</summary>
/// <param name="Window">How long an event is remembered (<c>WindowSeconds</c>, 300).</param>
/// <param name="Capacity">
/// Events that are remembered at most (<c>Capacity</c>, 500,000, some 35 MB): above that the oldest are forgotten early.
/// </param>
internal sealed record DeduplicationOptions(TimeSpan Window, int Capacity)
{
    private const string Section = "Deduplication";
    private const int DefaultWindowSeconds = 300;
    private const int DefaultCapacity = 500_000;

    public static DeduplicationOptions Read(IConfiguration configuration) => new(
        configuration.Seconds($"{Section}:WindowSeconds", DefaultWindowSeconds, 0, 86_400),
        (int)configuration.Number($"{Section}:Capacity", DefaultCapacity, 0, 100_000_000));
}
