using Gateway.Hosting.Settings;

namespace Gateway.Usage.Journal;

/// <summary>Where usage events wait for Kafka, and how much of them (section <c>Usage</c>).</summary>
/// <param name="Directory">
/// A directory on a local disk, for all gateways of this machine or volume (<c>JournalDirectory</c>, <c>journal</c> in the
/// working directory). They must run as the same user.
/// </param>
/// <param name="MaximumBytes">Bytes that all journals of the directory may take (<c>JournalMaximumBytes</c>, 1 GiB).</param>
/// <param name="MaximumAge">How old the oldest event that Kafka has not taken may become (<c>JournalMaximumAgeSeconds</c>, 7 days).</param>
/// <param name="SyncInterval">
/// How often what was written is forced onto the disk (<c>JournalSyncMilliseconds</c>, 0: never). Without it, events survive
/// the process however it ends, but not the machine: the kernel writes them within some 30 seconds. With 10, a power failure
/// costs what the last 10 ms and one write of the disk brought; a request does not wait for it.
/// </param>
/// <param name="WhenFull">What becomes of requests when nothing more can be written (<c>WhenJournalIsFull</c>, <c>Refuse</c>).</param>
internal sealed record JournalOptions(
    string Directory, long MaximumBytes, TimeSpan MaximumAge, TimeSpan SyncInterval, FullJournalPolicy WhenFull)
{
    /// <summary>Of one file of a journal. A running gateway has at least two: the one it writes and the next.</summary>
    public const int DefaultSegmentBytes = 16 << 20;

    private const string Section = "Usage";

    public int SegmentBytes { get; init; } = DefaultSegmentBytes;

    public static JournalOptions Read(IConfiguration configuration) => new(
        configuration[$"{Section}:JournalDirectory"] is { Length: > 0 } directory ? directory : "journal",
        configuration.Number($"{Section}:JournalMaximumBytes", 1L << 30, 4L * DefaultSegmentBytes, 1L << 44),
        configuration.Seconds($"{Section}:JournalMaximumAgeSeconds", 604_800, 1, 31_536_000),
        configuration.Milliseconds($"{Section}:JournalSyncMilliseconds", 0, 0, 60_000),
        configuration.Choice($"{Section}:WhenJournalIsFull", FullJournalPolicy.Refuse));
}
