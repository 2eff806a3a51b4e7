using Gateway.Usage.Journal;

namespace Gateway.Tests.Usage.Journal;

public sealed class ConcurrentJournalTests
{
    private const int Writers = 4;
    private const int EventsOfEach = 25_000;

    [Fact]
    public async Task Everything_that_several_threads_write_is_read_once_and_in_the_order_of_each_thread()
    {
        // Few enough bytes that segments are made and deleted all the time, and writers meet a full journal, too.
        using var journals = new OwnJournals(segmentBytes: 256 << 10, maximumBytes: 8 * (256 << 10));
        await using var journal = journals.Open();
        var writing = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(journal, writer))).ToList();
        var all = Task.WhenAll(writing).ContinueWith(_ => journal.Complete(), TaskScheduler.Default);

        var last = new long[Writers];
        var count = 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await journal.Reader.WaitToReadAsync(patience.Token))
        {
            var position = default(JournalPosition);
            while (journal.Reader.TryRead(out var given))
            {
                var writer = given.Event.Sequence % Writers;
                Assert.Equal(last[writer] == 0 ? Writers + writer : last[writer] + Writers, given.Event.Sequence);
                Assert.Equal(SampleRecords.EndEvent(journal.Source, given.Event.Sequence), given.Event);
                last[writer] = given.Event.Sequence;
                position = given.Position;
                count++;
            }

            journal.Reader.Acknowledge(position);
        }

        await all;
        await Task.WhenAll(writing);
        Assert.Equal(Writers * EventsOfEach, count);
        Assert.Equal(0, journal.Reader.Damages);
        Assert.Equal(2 * Writers * EventsOfEach, journal.Appended);
    }

    private static async Task WriteAsync(UsageJournal journal, int writer)
    {
        for (var number = 1; number <= EventsOfEach; number++)
        {
            var sequence = ((long)number * Writers) + writer;
            while (OwnJournals.BeginIfLetIn(journal, sequence) != AppendResult.Written)
            {
                await Task.Delay(1);
            }

            Assert.Equal(AppendResult.Written, journal.TryAppendEnd(SampleRecords.End(sequence), hasBegun: true));
        }
    }
}
