using System.Collections.Concurrent;
using Gateway.Hosting.Settings;

namespace Gateway.Tests.Usage.Journal;

public sealed class AdoptionTests : IDisposable
{
    private readonly OwnJournals _journals = new();

    public void Dispose() => _journals.Dispose();

    [Fact]
    public async Task Journal_of_the_living_is_left_alone()
    {
        await using var journal = _journals.Open();
        journal.TryAppendEnd(SampleRecords.End(1), hasBegun: false);
        Assert.Empty(_journals.Directory.AdoptDead());
        Assert.Single(OwnJournals.ReadAll(journal.Reader));
    }

    [Fact]
    public async Task Each_journal_of_the_dead_is_drained_by_exactly_one_of_several_adopters()
    {
        const int Journals = 20;
        for (var count = 1; count <= Journals; count++)
        {
            await using var journal = _journals.Open();
            journal.TryAppendEnd(SampleRecords.End(count), hasBegun: false);
        }

        var drained = new ConcurrentBag<long>();
        using var start = new Barrier(4);
        var adopters = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                while (_journals.Directory.Journals().Count > 0)
                {
                    foreach (var dead in _journals.Directory.AdoptDead())
                    {
                        using (dead)
                        {
                            foreach (var given in OwnJournals.ReadAll(dead))
                            {
                                drained.Add(given.Event.Sequence);
                                dead.Acknowledge(given.Position);
                            }
                        }
                    }
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(adopters).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, Journals).Select(sequence => (long)sequence), drained.Order());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_journals.Path));
    }

    [Fact]
    public async Task Adopter_that_dies_half_way_is_followed_by_another_that_goes_on()
    {
        await using (var journal = _journals.Open())
        {
            for (var sequence = 1; sequence <= 1_000; sequence++)
            {
                var end = SampleRecords.End(sequence);
                await OwnJournals.AppendAsync(() => journal.TryAppendEnd(end, hasBegun: false));
            }
        }

        var segments = _journals.Segments().Count;
        using (var first = Assert.Single(_journals.Directory.AdoptDead()))
        {
            Assert.Empty(_journals.Directory.AdoptDead());
            first.Acknowledge(OwnJournals.ReadAll(first)[899].Position);
        }

        Assert.True(_journals.Segments().Count < segments);
        using var second = Assert.Single(_journals.Directory.AdoptDead());
        Assert.Equal(Enumerable.Range(901, 100).Select(sequence => (long)sequence), OwnJournals.ReadAll(second).Select(given => given.Event.Sequence));
    }

    [Fact]
    public async Task Directory_with_what_a_later_version_wrote_is_drained_and_not_deleted()
    {
        await using (var journal = _journals.Open())
        {
            journal.TryAppendEnd(SampleRecords.End(1), hasBegun: false);
        }

        var later = Path.Combine(Path.GetDirectoryName(Assert.Single(_journals.Segments()))!, "0000000000000002.journal2");
        await File.WriteAllTextAsync(later, "later", TestContext.Current.CancellationToken);
        using (var dead = Assert.Single(_journals.Directory.AdoptDead()))
        {
            dead.Acknowledge(Assert.Single(OwnJournals.ReadAll(dead)).Position);
        }

        Assert.True(File.Exists(later));
    }

    [Fact]
    public void Directory_that_cannot_be_made_is_an_error_that_names_the_setting()
    {
        _journals.Options = _journals.Options with { Directory = "/proc/nowhere" };
        var error = Assert.Throws<SettingException>(() => _journals.Open());
        Assert.StartsWith("Usage:JournalDirectory: ", error.Message, StringComparison.Ordinal);
    }
}
