using Gateway.Testing;
using Gateway.Usage.Journal;

namespace Gateway.Tests.Usage.Journal;

/// <summary>A directory for the journals of one test.</summary>
internal sealed class OwnJournals : IDisposable
{
    public const int SegmentBytes = 64 << 10;

    private readonly TemporaryDirectory _directory = new();

    public OwnJournals(int segmentBytes = SegmentBytes, long maximumBytes = 1 << 30) => Options =
        new JournalOptions(_directory.Combine("journal"), maximumBytes, TimeSpan.FromDays(7), TimeSpan.Zero, FullJournalPolicy.Refuse)
        {
            SegmentBytes = segmentBytes,
        };

    public JournalOptions Options { get; set; }

    public JournalDirectory Directory => new(Options);

    public string Path => Options.Directory;

    public UsageJournal Open(TimeProvider? timeProvider = null) => Open(Guid.CreateVersion7(), timeProvider);

    public UsageJournal Open(Guid id, TimeProvider? timeProvider = null) => UsageJournal.Open(Options, id, timeProvider ?? TimeProvider.System);

    /// <summary>Takes the journals whose owners are dead.</summary>
    public IReadOnlyList<DeadJournal> AdoptDead() => [.. Directory.Journals().Select(Directory.TryAdopt).OfType<DeadJournal>()];

    /// <summary>Begins an event if it would be let in.</summary>
    public static AppendResult BeginIfLetIn(UsageJournal journal, long sequence) =>
        journal.Room is var room and not AppendResult.Written ? room : journal.TryAppendBegin(SampleRecords.Begin(sequence));

    /// <summary>The files of all journals, in order.</summary>
    public IReadOnlyList<string> Segments() =>
        [.. System.IO.Directory.EnumerateFiles(Path, "*" + Segment.Extension, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Reads what is there, and says where the last of it was.</summary>
    public static List<JournalEvent> ReadAll(IJournalReader reader)
    {
        var events = new List<JournalEvent>();
        while (reader.TryRead(out var journalEvent))
        {
            events.Add(journalEvent);
        }

        return events;
    }

    /// <summary>Appends; gives up when it takes too long for room to be made.</summary>
    public static async Task AppendAsync(Func<AppendResult> append) =>
        await Eventually.EqualsAsync(AppendResult.Written, () => Task.FromResult(append()));

    public void Dispose() => _directory.Dispose();
}
