using System.Globalization;
using Gateway.Contracts.Usage;
using Gateway.Usage.Journal;

namespace Gateway.Tests.Usage.Journal;

public sealed class UsageJournalTests : IDisposable
{
    private readonly OwnJournals _journals = new();

    public void Dispose() => _journals.Dispose();

    [Fact]
    public async Task Event_is_given_once_when_it_has_ended()
    {
        await using var journal = _journals.Open();
        Assert.Equal(AppendResult.Written, journal.TryAppendBegin(SampleRecords.Begin(1)));
        Assert.Equal(AppendResult.Written, journal.TryAppendEnd(SampleRecords.End(2), hasBegun: false));
        Assert.Equal([SampleRecords.EndEvent(journal.Source, 2)], OwnJournals.ReadAll(journal.Reader).Select(given => given.Event));

        Assert.Equal(AppendResult.Written, journal.TryAppendEnd(SampleRecords.End(1), hasBegun: true));
        Assert.Equal([SampleRecords.EndEvent(journal.Source, 1)], OwnJournals.ReadAll(journal.Reader).Select(given => given.Event));
        Assert.False(journal.Reader.TryRead(out _));
        Assert.Equal(3, journal.Appended);
    }

    [Fact]
    public async Task Event_is_pending_until_it_is_acknowledged()
    {
        await using var journal = _journals.Open();
        journal.TryAppendBegin(SampleRecords.Begin(1));
        journal.TryAppendEnd(SampleRecords.End(2), hasBegun: false);
        journal.TryAppendBegin(SampleRecords.Begin(3));
        Assert.Equal([new SequenceRange(1, 3)], journal.Pending(3, maximum: 10));

        // Given to a Kafka that takes heartbeats and not this: nothing of it is missing.
        journal.TryAppendEnd(SampleRecords.End(3), hasBegun: true);
        var given = OwnJournals.ReadAll(journal.Reader);
        Assert.Equal([2, 3], given.Select(one => one.Event.Sequence));
        Assert.Equal([new SequenceRange(1, 3)], journal.Pending(3, maximum: 10));

        journal.Reader.Acknowledge(given[0].Position);
        Assert.Equal([new SequenceRange(1, 1), new SequenceRange(3, 3)], journal.Pending(3, maximum: 10));
        journal.Reader.Acknowledge(given[1].Position);
        Assert.Equal([new SequenceRange(1, 1)], journal.Pending(3, maximum: 10));
    }

    [Fact]
    public async Task Where_not_all_that_is_pending_can_be_named_all_behind_the_last_that_is_named_is_pending()
    {
        await using var journal = _journals.Open();
        for (var sequence = 1; sequence <= 8; sequence += 2)
        {
            journal.TryAppendBegin(SampleRecords.Begin(sequence));
            journal.TryAppendEnd(SampleRecords.End(sequence + 1), hasBegun: false);
        }

        journal.Reader.Acknowledge(OwnJournals.ReadAll(journal.Reader)[^1].Position);

        Assert.Equal(["1", "3", "5", "7"], journal.Pending(8, maximum: 4).Select(range => range.ToString()));
        Assert.Equal(["1", "3-8"], journal.Pending(8, maximum: 2).Select(range => range.ToString()));
        Assert.Equal(["1-9"], journal.Pending(9, maximum: 1).Select(range => range.ToString()));
    }

    [Fact]
    public async Task What_was_taken_back_is_pending_and_told_of_only_before_something_that_is_written()
    {
        await using var journal = _journals.Open();
        journal.TryAppendEnd(SampleRecords.End(1), hasBegun: false);
        journal.TakeBack(3);
        journal.TakeBack(2);
        journal.Reader.Acknowledge(OwnJournals.ReadAll(journal.Reader)[^1].Position);
        Assert.Equal((1, 1), (journal.CertainSequence(0), journal.CertainSequence(3)));
        Assert.Equal([new SequenceRange(2, 3)], journal.TakenBack(3, maximum: 10));

        journal.TryAppendEnd(SampleRecords.End(4), hasBegun: false);
        journal.Reader.Acknowledge(OwnJournals.ReadAll(journal.Reader)[^1].Position);
        Assert.Equal(4, journal.CertainSequence(3));
        Assert.Equal([new SequenceRange(2, 3)], journal.Pending(4, maximum: 10));
        Assert.Equal(2, journal.TakenBackRequests);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:07Z")] // No battery, and nobody to ask yet.
    [InlineData("2155-01-01T00:00:00Z")]
    public async Task Event_of_a_clock_that_is_wrong_is_given_too(string time)
    {
        await using var journal = _journals.Open();
        var wrong = SampleRecords.End(1) with { Time = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) };
        journal.TryAppendEnd(wrong, hasBegun: false);
        Assert.Equal([wrong.ToEvent(journal.Source)], OwnJournals.ReadAll(journal.Reader).Select(given => given.Event));
    }

    [Fact]
    public async Task Waiting_reader_is_woken_by_an_append_and_by_the_end()
    {
        await using var journal = _journals.Open();
        var waiting = journal.Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        journal.TryAppendEnd(SampleRecords.End(1), hasBegun: false);
        Assert.True(await waiting);
        Assert.Single(OwnJournals.ReadAll(journal.Reader));

        waiting = journal.Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        journal.Complete();
        Assert.False(await waiting);
        Assert.Equal(AppendResult.Completed, journal.TryAppendBegin(SampleRecords.Begin(2)));
        Assert.Equal(1, journal.Refused(AppendResult.Completed));
    }

    [Fact]
    public async Task Waiting_reader_can_be_cancelled()
    {
        await using var journal = _journals.Open();
        using var patience = new CancellationTokenSource();
        var waiting = journal.Reader.WaitToReadAsync(patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        journal.TryAppendEnd(SampleRecords.End(1), hasBegun: false);
        Assert.True(await journal.Reader.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Event_without_an_end_is_given_as_it_began_when_the_journal_is_completed()
    {
        await using var journal = _journals.Open();
        journal.TryAppendBegin(SampleRecords.Begin(1));
        Assert.Empty(OwnJournals.ReadAll(journal.Reader));
        journal.Complete();
        Assert.True(await journal.Reader.WaitToReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal([SampleRecords.BeginEvent(journal.Source, 1)], OwnJournals.ReadAll(journal.Reader).Select(given => given.Event));
        Assert.False(await journal.Reader.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Journal_whose_events_are_all_acknowledged_leaves_nothing_behind()
    {
        await using (var journal = _journals.Open())
        {
            journal.TryAppendBegin(SampleRecords.Begin(1));
            journal.TryAppendEnd(SampleRecords.End(1), hasBegun: true);
            journal.Complete();
            journal.Reader.Acknowledge(Assert.Single(OwnJournals.ReadAll(journal.Reader)).Position);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_journals.Path));
    }

    [Fact]
    public async Task What_was_not_acknowledged_is_given_again_to_whoever_adopts_the_journal()
    {
        string source;
        await using (var journal = _journals.Open())
        {
            source = journal.Source;
            for (var sequence = 1; sequence <= 100; sequence++)
            {
                var (begin, end) = (SampleRecords.Begin(sequence), SampleRecords.End(sequence));
                await OwnJournals.AppendAsync(() => journal.TryAppendBegin(begin));
                await OwnJournals.AppendAsync(() => journal.TryAppendEnd(end, hasBegun: true));
            }

            journal.TryAppendBegin(SampleRecords.Begin(101));
            journal.Reader.Acknowledge(OwnJournals.ReadAll(journal.Reader)[59].Position);
        }

        using var dead = Assert.Single(_journals.AdoptDead());
        var given = OwnJournals.ReadAll(dead);
        Assert.Equal(Enumerable.Range(61, 41).Select(sequence => (long)sequence), given.Select(one => one.Event.Sequence));
        Assert.Equal(SampleRecords.EndEvent(source, 61), given[0].Event);
        Assert.Equal(SampleRecords.BeginEvent(source, 101), given[^1].Event);
        Assert.Equal((0, 0), (dead.Damages, dead.Gaps));
    }

    [Fact]
    public async Task Acknowledged_segments_are_deleted_while_a_long_request_goes_on_and_its_event_is_not_lost()
    {
        string source;
        await using (var journal = _journals.Open())
        {
            source = journal.Source;
            journal.TryAppendBegin(SampleRecords.Begin(1));
            journal.TryAppendBegin(SampleRecords.Begin(2));
            for (var sequence = 3; sequence <= 3_000; sequence++)
            {
                var end = SampleRecords.End(sequence);
                await OwnJournals.AppendAsync(() => journal.TryAppendEnd(end, hasBegun: false));
                journal.Reader.Acknowledge(Assert.Single(OwnJournals.ReadAll(journal.Reader)).Position);
                Assert.InRange(_journals.Segments().Count, 1, 4);
            }

            Assert.Equal(AppendResult.Written, journal.TryAppendEnd(SampleRecords.End(1), hasBegun: true));
            var ended = Assert.Single(OwnJournals.ReadAll(journal.Reader));
            Assert.Equal(SampleRecords.EndEvent(source, 1), ended.Event);
        }

        using var dead = Assert.Single(_journals.AdoptDead());
        Assert.Equal(
            [SampleRecords.EndEvent(source, 1), SampleRecords.BeginEvent(source, 2)], OwnJournals.ReadAll(dead).Select(given => given.Event));
    }

    [Fact]
    public async Task Append_leaves_no_garbage()
    {
        await using var journal = _journals.Open();
        var record = SampleRecords.End(1);
        journal.TryAppendBegin(record);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 50; count++)
        {
            journal.TryAppendBegin(record);
            journal.TryAppendEnd(record, hasBegun: true);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Synced_journal_says_whether_the_disk_keeps_it()
    {
        _journals.Options = _journals.Options with { SyncInterval = TimeSpan.FromMilliseconds(1) };
        await using var journal = _journals.Open();
        for (var sequence = 1; sequence <= 2_000; sequence++)
        {
            var end = SampleRecords.End(sequence);
            await OwnJournals.AppendAsync(() => journal.TryAppendEnd(end, hasBegun: false));
            journal.Reader.Acknowledge(Assert.Single(OwnJournals.ReadAll(journal.Reader)).Position);
        }

        Assert.Null(journal.SyncProblem);
    }
}
