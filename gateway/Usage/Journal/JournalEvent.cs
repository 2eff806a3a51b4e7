using Gateway.Contracts.Usage;

namespace Gateway.Usage.Journal;

/// <summary>An event to publish. Acknowledging its position says that it and all that were given before it are safe elsewhere.</summary>
internal readonly record struct JournalEvent(UsageEvent Event, JournalPosition Position);
