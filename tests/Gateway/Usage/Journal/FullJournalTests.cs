using Gateway.Testing;
using Gateway.Usage.Journal;

namespace Gateway.Tests.Usage.Journal;

public sealed class FullJournalTests : IDisposable
{
    private readonly OwnJournals _journals = new(maximumBytes: 3 * OwnJournals.SegmentBytes);

    public void Dispose() => _journals.Dispose();

    [Fact]
    public async Task Full_journal_refuses_what_begins_keeps_room_for_what_has_begun_and_takes_all_again_once_acknowledged()
    {
        await using var journal = _journals.Open();
        var begun = await BeginUntilRefusedAsync(journal, AppendResult.CapReached);
        Assert.InRange(journal.Bytes, 1, _journals.Options.MaximumBytes);
        Assert.Equal(AppendResult.Written, journal.TryAppendEnd(SampleRecords.End(1), hasBegun: true));

        // Until nothing fits any more: what could not be ended is given as it began, once there is room.
        var ended = 1L;
        while (journal.TryAppendEnd(SampleRecords.End(ended + 1), hasBegun: true) == AppendResult.Written)
        {
            ended++;
        }

        var unended = ended + 1;
        for (var sequence = unended + 1; sequence <= begun; sequence++)
        {
            journal.TryAppendEnd(SampleRecords.End(sequence), hasBegun: true);
        }

        var given = new List<long>();
        while (given.Count < begun)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            Assert.True(await journal.Reader.WaitToReadAsync(patience.Token));
            while (journal.Reader.TryRead(out var one))
            {
                var expected = one.Event.Sequence < unended
                    ? SampleRecords.EndEvent(journal.Source, one.Event.Sequence)
                    : SampleRecords.BeginEvent(journal.Source, one.Event.Sequence);
                Assert.Equal(expected, one.Event);
                given.Add(one.Event.Sequence);
                journal.Reader.Acknowledge(one.Position);
            }
        }

        Assert.Equal(Enumerable.Range(1, (int)begun).Select(sequence => (long)sequence), given.Order());
        await OwnJournals.AppendAsync(() => OwnJournals.BeginIfLetIn(journal, begun + 1));
        Assert.Equal(AppendResult.Written, journal.Room);
    }

    [Fact]
    public async Task Journals_of_the_dead_count_towards_the_cap()
    {
        await using (var first = _journals.Open())
        {
            await BeginUntilRefusedAsync(first, AppendResult.CapReached);
        }

        // A start with no room is no failure.
        await using var second = _journals.Open();
        Assert.Equal(AppendResult.CapReached, second.Room);
        Assert.Equal(AppendResult.CapReached, OwnJournals.BeginIfLetIn(second, 1));
        using (var dead = Assert.Single(_journals.AdoptDead()))
        {
            dead.Acknowledge(OwnJournals.ReadAll(dead)[^1].Position);
            dead.Delete();
        }

        await OwnJournals.AppendAsync(() => OwnJournals.BeginIfLetIn(second, 1));
    }

    [Fact]
    public async Task Journal_whose_oldest_event_is_too_old_is_full_until_it_is_acknowledged()
    {
        _journals.Options = _journals.Options with { MaximumAge = TimeSpan.FromSeconds(1) };
        await using var journal = _journals.Open();
        journal.TryAppendEnd(SampleRecords.End(1), hasBegun: false);
        await Eventually.EqualsAsync(AppendResult.TooOld, () => Task.FromResult(OwnJournals.BeginIfLetIn(journal, 2)));
        Assert.InRange(journal.OldestAge.TotalSeconds, 1, 30);
        journal.Reader.Acknowledge(OwnJournals.ReadAll(journal.Reader)[^1].Position);
        await OwnJournals.AppendAsync(() => OwnJournals.BeginIfLetIn(journal, 3));
    }

    [Fact]
    public async Task Age_of_the_oldest_event_is_known_in_seconds_also_where_it_may_get_a_week_old()
    {
        _journals.Options = _journals.Options with { MaximumAge = TimeSpan.FromDays(7) };
        await using var journal = _journals.Open();
        journal.TryAppendEnd(SampleRecords.End(1), hasBegun: false);
        await Eventually.IsTrueAsync(() => Task.FromResult(journal.OldestAge > TimeSpan.FromSeconds(1)), "it gets old");
    }

    [Fact]
    public void Age_of_what_needs_no_keeping_any_more_is_not_marked()
    {
        var ages = new AgeMarks();
        ages.Mark(JournalPosition.At(1, 80), timestamp: 1);
        ages.Forget(JournalPosition.At(1, 160));
        ages.Mark(JournalPosition.At(1, 160), timestamp: 2);
        Assert.Null(ages.OldestTimestamp);
        ages.Mark(JournalPosition.At(1, 168), timestamp: 3);
        Assert.Equal(3, ages.OldestTimestamp);
    }

    private static async Task<long> BeginUntilRefusedAsync(UsageJournal journal, AppendResult reason)
    {
        var begun = 0L;
        var result = AppendResult.Written;

        // The next segment may be on its way: full is what is full for a while.
        await Eventually.IsTrueAsync(
            () =>
            {
                var before = begun;
                while ((result = OwnJournals.BeginIfLetIn(journal, begun + 1)) == AppendResult.Written)
                {
                    begun++;
                }

                return Task.FromResult(begun == before && result == reason && journal.Bytes >= 3 * OwnJournals.SegmentBytes);
            },
            "nothing fits any more");
        return begun;
    }
}
