using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using Gateway.Testing;
using Gateway.Usage.Journal;

namespace Gateway.Tests.Usage.Journal;

/// <summary>A process that writes and is killed (SIGKILL) at some moment: this test assembly, started once more.</summary>
public sealed class KilledJournalTests
{
    private const string DirectoryVariable = "GATEWAY_TEST_KILLED_JOURNAL";
    private const int Kills = 4;
    private const int Writers = 3;

    // Two bytes an event, of its writer and of the reader, in a map of its own: it survives the kill, too.
    private const int MaximumEvents = 8 << 20;
    private const byte HasBegun = 1;
    private const byte HasEnded = 2;
    private const byte IsAcknowledged = 1;

    [Fact]
    public async Task Nothing_that_was_written_is_lost_when_the_process_is_killed()
    {
        using var journals = new OwnJournals();
        var random = new Random();
        for (var kill = 0; kill < Kills; kill++)
        {
            Directory.CreateDirectory(journals.Path);
            var notes = journals.Path + ".notes";
            File.Delete(notes);
            await KillAsync(journals.Path, notes, TimeSpan.FromMilliseconds(random.Next(1, 300)));
            Check(journals, await File.ReadAllBytesAsync(notes, TestContext.Current.CancellationToken));
            Assert.Empty(Directory.EnumerateFileSystemEntries(journals.Path));
        }
    }

    /// <summary>Not a test: the process that is killed.</summary>
    [Fact(Explicit = true)]
    public async Task Writes_until_it_is_killed()
    {
        var path = Environment.GetEnvironmentVariable(DirectoryVariable);
        Assert.SkipWhen(path is null, "runs as a child of another test");
        using var map = MemoryMappedFile.CreateFromFile(path + ".notes", FileMode.CreateNew, mapName: null, 2 * MaximumEvents);
        using var notes = map.CreateViewAccessor();
        var options = new JournalOptions(path!, 1 << 28, TimeSpan.FromDays(1), TimeSpan.Zero, FullJournalPolicy.Refuse) { SegmentBytes = 1 << 20 };
        await using var journal = UsageJournal.Open(options, Guid.CreateVersion7(), TimeProvider.System);
        var sequence = 0L;
        for (var writer = 0; writer < Writers; writer++)
        {
            _ = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        var given = new List<JournalEvent>();
        while (await journal.Reader.WaitToReadAsync(CancellationToken.None))
        {
            given.AddRange(OwnJournals.ReadAll(journal.Reader));

            // Half of them, so that there is always something left; what is left is acknowledged before what comes later.
            var half = given[..((given.Count + 1) / 2)];
            half.ForEach(one => notes.Write((2 * one.Event.Sequence) + 1, IsAcknowledged));
            journal.Reader.Acknowledge(half.Count == 0 ? default : half[^1].Position);
            given.RemoveRange(0, half.Count);
        }

        void Write()
        {
            while (Interlocked.Increment(ref sequence) is var mine && mine < MaximumEvents)
            {
                if (OwnJournals.BeginIfLetIn(journal, mine) == AppendResult.Written)
                {
                    notes.Write(2 * mine, HasBegun);
                    if (mine % 50 != 0 && journal.TryAppendEnd(SampleRecords.End(mine), hasBegun: true) == AppendResult.Written)
                    {
                        notes.Write(2 * mine, HasEnded);
                    }
                }
            }
        }
    }

    private static async Task KillAsync(string path, string notes, TimeSpan after)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[typeof(KilledJournalTests).Assembly.Location, "-noColor", "-explicit", "only", "-method", $"*{nameof(Writes_until_it_is_killed)}"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[DirectoryVariable] = path;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        await Eventually.IsTrueAsync(
            () => Task.FromResult(process.HasExited || (File.Exists(notes) && IsWriting(notes))), "the process writes");
        if (process.HasExited)
        {
            Assert.Fail(await output);
        }

        await Task.Delay(after);
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static bool IsWriting(string notes)
    {
        using var file = new FileStream(notes, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = 2;
        return file.ReadByte() > 0;
    }

    private static void Check(OwnJournals journals, byte[] notes)
    {
        using var dead = Assert.Single(journals.AdoptDead());
        var given = OwnJournals.ReadAll(dead);
        var bySequence = given.ToDictionary(one => one.Event.Sequence, one => one.Event);
        var (written, lost) = (0, 0);
        for (var sequence = 1; sequence < MaximumEvents; sequence++)
        {
            var note = notes[2 * sequence];
            if (note == 0)
            {
                continue;
            }

            written++;
            var isGiven = bySequence.TryGetValue(sequence, out var found);
            lost += isGiven || notes[(2 * sequence) + 1] == IsAcknowledged ? 0 : 1;
            if (isGiven && note == HasEnded)
            {
                Assert.Equal(SampleRecords.EndEvent(dead.Source, sequence), found);
            }
        }

        Assert.Equal(0, lost);
        Assert.True(written > 0);
        Assert.Equal(0, dead.Damages);
        Assert.InRange(dead.Gaps, 0, Writers);
        dead.Acknowledge(given.Count == 0 ? default : given[^1].Position);
        Assert.True(dead.IsDrained);
        dead.Delete();
    }
}
