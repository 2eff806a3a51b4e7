using Gateway.Hosting.Health;

namespace Gateway.Usage.Journal;

/// <summary>
/// A gateway that refuses every request because its journal is full is of no use to a load balancer, while another one may
/// have room. With <see cref="FullJournalPolicy.GoOn"/> it serves, and is ready.
/// </summary>
internal sealed class JournalReadiness(UsageJournal journal, JournalOptions options) : IReadinessCondition
{
    public string Name => "usage journal";

    public string? Problem => options.WhenFull == FullJournalPolicy.GoOn
        ? null
        : journal.Room switch
        {
            AppendResult.CapReached => "it is full and requests are refused; it empties when Kafka takes events, or give it more room with Usage:JournalMaximumBytes",
            AppendResult.TooOld => "its oldest event has waited for too long and requests are refused; it empties when Kafka takes events",
            AppendResult.DiskFull => "its disk has no room or fails, and requests are refused; make room there",
            _ => null,
        };
}
