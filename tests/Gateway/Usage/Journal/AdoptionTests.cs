using System.Collections.Concurrent;
using Gateway.Contracts.Usage;
using Gateway.Hosting.Settings;
using Gateway.Usage.Journal;

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
        Assert.Empty(_journals.AdoptDead());
        Assert.Single(OwnJournals.ReadAll(journal.Reader));
    }

    [Fact]
    public void What_is_left_of_a_journal_that_was_never_finished_is_deleted_once_its_owner_is_surely_dead()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var locked = Unfinished(hasLock: true);
        var (killedLater, killedEarlier) = (Unfinished(hasLock: true), Unfinished(hasLock: false));
        using var owner = DirectoryLock.TryTake(locked);
        var other = Directory.CreateDirectory(Path.Combine(_journals.Path, ".snapshots")).FullName;

        _journals.Directory.DeleteUnfinished(now);
        Assert.Equal(4, Directory.GetDirectories(_journals.Path).Length);
        _journals.Directory.DeleteUnfinished(now.AddMinutes(2));

        Assert.Equal([locked, other], Directory.GetDirectories(_journals.Path).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(killedLater) || Directory.Exists(killedEarlier));
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
                    foreach (var dead in _journals.AdoptDead())
                    {
                        using (dead)
                        {
                            foreach (var given in OwnJournals.ReadAll(dead))
                            {
                                drained.Add(given.Event.Sequence);
                                dead.Acknowledge(given.Position);
                            }

                            dead.Delete();
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
        using (var first = Assert.Single(_journals.AdoptDead()))
        {
            Assert.Empty(_journals.AdoptDead());
            first.Acknowledge(OwnJournals.ReadAll(first)[899].Position);
        }

        Assert.True(_journals.Segments().Count < segments);
        using var second = Assert.Single(_journals.AdoptDead());
        Assert.Equal(Enumerable.Range(901, 100).Select(sequence => (long)sequence), OwnJournals.ReadAll(second).Select(given => given.Event.Sequence));
    }

    [Fact]
    public async Task Sequences_that_no_record_has_were_never_answered_unless_that_cannot_be_known()
    {
        Assert.Equal([new SequenceRange(2, 3), new SequenceRange(5, 5)], await UnansweredAsync(_ => { }));
        Assert.Empty(await UnansweredAsync(Damage));
        Assert.Empty(await UnansweredAsync(AnotherBoot));
        _journals.Options = _journals.Options with { WhenFull = FullJournalPolicy.GoOn };
        Assert.Empty(await UnansweredAsync(_ => { }));

        void AnotherBoot(string directory) => File.WriteAllText(Path.Combine(directory, "lock"), Guid.NewGuid().ToString() + "\n");

        void Damage(string directory)
        {
            using var file = new FileStream(Directory.GetFiles(directory, "*.journal1").Order(StringComparer.Ordinal).First(), FileMode.Open);
            file.Position = 20;
            file.WriteByte(0xFF);
        }
    }

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 1)]
    public async Task How_far_requests_went_that_have_no_event_outlives_their_gateway_where_they_go_on(bool goesOn, long highest)
    {
        _journals.Options = _journals.Options with { WhenFull = goesOn ? FullJournalPolicy.GoOn : FullJournalPolicy.Refuse };
        await using (var journal = _journals.Open())
        {
            journal.TryAppendEnd(SampleRecords.End(1), hasBegun: false);
            journal.NoteUnmetered(7);
            journal.NoteUnmetered(6);
        }

        using var dead = Assert.Single(_journals.AdoptDead());
        OwnJournals.ReadAll(dead);

        Assert.Equal(highest, dead.HighestSequence);
    }

    [Fact]
    public async Task Sequence_whose_record_was_acknowledged_and_deleted_is_never_called_unanswered()
    {
        const int Last = 2_000;
        var id = Guid.CreateVersion7();
        await using (var journal = _journals.Open(id))
        {
            // The first lasts, so that it outlives the segments of those that follow.
            journal.TryAppendBegin(SampleRecords.Begin(1));
            for (var sequence = 2L; sequence <= Last; sequence++)
            {
                var end = SampleRecords.End(sequence);
                await OwnJournals.AppendAsync(() => journal.TryAppendEnd(end, hasBegun: false));
                journal.Reader.Acknowledge(OwnJournals.ReadAll(journal.Reader)[^1].Position);
            }

            journal.TryAppendEnd(SampleRecords.End(Last + 3), hasBegun: false);
        }

        // One adopter after another, the first of which goes half the way.
        foreach (var left in (long[][])[[Last + 3, 1], [1]])
        {
            using var dead = _journals.Directory.TryAdopt(id)!;
            var given = OwnJournals.ReadAll(dead);
            Assert.Equal(left, given.Select(one => one.Event.Sequence));
            Assert.Equal([new SequenceRange(Last + 1, Last + 2)], dead.Unanswered(maximum: 10));
            dead.Acknowledge(given[0].Position);
        }
    }

    [Fact]
    public async Task Sequences_of_a_segment_that_is_missing_or_cut_short_are_not_called_unanswered()
    {
        var id = Guid.CreateVersion7();
        await using (var journal = _journals.Open(id))
        {
            for (var sequence = 1L; sequence <= 1_000; sequence++)
            {
                var end = SampleRecords.End(sequence);
                await OwnJournals.AppendAsync(() => journal.TryAppendEnd(end, hasBegun: false));
            }
        }

        var second = _journals.Segments()[1];
        await using (var file = new FileStream(second, FileMode.Open))
        {
            file.SetLength(OwnJournals.SegmentBytes / 2);
        }

        using (var cut = _journals.Directory.TryAdopt(id)!)
        {
            Assert.InRange(OwnJournals.ReadAll(cut).Count, 1, 999);
            Assert.True(cut.Damages > 0);
            Assert.Empty(cut.Unanswered(maximum: 10));
        }

        File.Delete(second);
        using var missing = _journals.Directory.TryAdopt(id)!;
        Assert.InRange(OwnJournals.ReadAll(missing).Count, 1, 999);
        Assert.Empty(missing.Unanswered(maximum: 10));
    }

    [Fact]
    public async Task Segment_that_cannot_be_opened_now_is_read_later_and_not_given_up()
    {
        var id = Guid.CreateVersion7();
        await using (var journal = _journals.Open(id))
        {
            journal.TryAppendEnd(SampleRecords.End(1), hasBegun: false);
        }

        // A link to itself: an error of the file system that goes by, as too many open files does.
        var segment = Assert.Single(_journals.Segments());
        File.Move(segment, segment + "-away");
        File.CreateSymbolicLink(segment, segment);
        using (var dead = _journals.Directory.TryAdopt(id)!)
        {
            Assert.ThrowsAny<IOException>(() => OwnJournals.ReadAll(dead));
            Assert.False(dead.IsDrained);
        }

        File.Move(segment + "-away", segment, overwrite: true);
        using var again = _journals.Directory.TryAdopt(id)!;
        Assert.Single(OwnJournals.ReadAll(again));
    }

    private async Task<IReadOnlyList<SequenceRange>> UnansweredAsync(Action<string> happens)
    {
        var id = Guid.CreateVersion7();
        await using (var journal = _journals.Open(id))
        {
            foreach (var sequence in (long[])[1, 6, 4])
            {
                journal.TryAppendEnd(SampleRecords.End(sequence), hasBegun: false);
            }
        }

        happens(Path.Combine(_journals.Path, id.ToString()));
        using var dead = _journals.Directory.TryAdopt(id)!;
        Assert.Empty(dead.Unanswered(maximum: 10));
        dead.Acknowledge(OwnJournals.ReadAll(dead)[^1].Position);
        var unanswered = dead.Unanswered(maximum: 10);
        dead.Delete();
        return unanswered;
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
        using (var dead = Assert.Single(_journals.AdoptDead()))
        {
            dead.Acknowledge(Assert.Single(OwnJournals.ReadAll(dead)).Position);
            Assert.True(dead.IsDrained);
            dead.Delete();
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

    private string Unfinished(bool hasLock)
    {
        var path = Directory.CreateDirectory(Path.Combine(_journals.Path, $".{Guid.CreateVersion7()}")).FullName;
        if (hasLock)
        {
            DirectoryLock.Create(path)!.Dispose();
        }

        return path;
    }
}
