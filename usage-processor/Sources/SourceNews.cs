using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Sources;

/// <summary>What a batch tells of one source. Which of its events are new, only the database knows.</summary>
internal sealed class SourceNews(string source)
{
    private readonly HashSet<SequenceRange> _unanswered = [];

    public string Source => source;

    /// <summary>Messages with an event of it, copies included.</summary>
    public long Events { get; private set; }

    /// <summary>The highest sequence among them, 0 without any.</summary>
    public long HighestSequence { get; private set; }

    /// <summary>The time of the earliest, null without any.</summary>
    public DateTimeOffset? FirstAt { get; private set; }

    /// <summary>The time of the latest, null without any.</summary>
    public DateTimeOffset? LastAt { get; private set; }

    /// <summary>How far a heartbeat says that it has counted, null without any.</summary>
    public long? AnnouncedSequence { get; private set; }

    /// <summary>The time of its newest heartbeat.</summary>
    public DateTimeOffset? AnnouncedAt { get; private set; }

    /// <summary>The time of its last heartbeat, if it was among them.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>What its newest heartbeat says is still to come; nothing without any.</summary>
    public IReadOnlyCollection<SequenceRange> Pending { get; private set; } = [];

    /// <summary>What its last heartbeats say belongs to no event.</summary>
    public IReadOnlyCollection<SequenceRange> Unanswered => _unanswered;

    public void Add(UsageEvent usageEvent)
    {
        Events++;
        HighestSequence = Math.Max(HighestSequence, usageEvent.Sequence);
        FirstAt = FirstAt < usageEvent.Time ? FirstAt : usageEvent.Time;
        LastAt = LastAt > usageEvent.Time ? LastAt : usageEvent.Time;
    }

    public void Add(UsageHeartbeat heartbeat)
    {
        AnnouncedSequence = Math.Max(AnnouncedSequence ?? 0, heartbeat.LastSequence);
        if (AnnouncedAt is null || heartbeat.Time > AnnouncedAt)
        {
            AnnouncedAt = heartbeat.Time;
            Pending = heartbeat.Pending;
        }

        // Only whoever has read all that a source left can say what it never wrote.
        if (heartbeat.Ended)
        {
            EndedAt = heartbeat.Time;
            _unanswered.UnionWith(heartbeat.Unanswered);
        }
    }
}
