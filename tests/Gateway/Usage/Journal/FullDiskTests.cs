using System.Diagnostics;
using Gateway.Testing;
using Gateway.Usage.Journal;

namespace Gateway.Tests.Usage.Journal;

/// <summary>On a file system of a few megabytes. A store into a page that it has no room for would end this very process.</summary>
public sealed class FullDiskTests
{
    private const int SegmentBytes = 1 << 20;
    private const int DiskBytes = 3 * SegmentBytes;

    [Fact]
    public async Task Full_disk_refuses_events_and_kills_nobody_and_is_written_to_again_once_it_has_room()
    {
        using var directory = new TemporaryDirectory();
        var disk = directory.Combine("disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && await RunAsync("mount", "-t", "tmpfs", "-o", $"size={DiskBytes}", "tmpfs", disk),
            "mounting a small disk needs root on Linux");
        try
        {
            await FillAsync(disk);
        }
        finally
        {
            Assert.True(await RunAsync("umount", disk));
        }
    }

    private static async Task FillAsync(string disk)
    {
        var options = new JournalOptions(
            Path.Combine(disk, "journal"), 1L << 30, TimeSpan.FromDays(1), TimeSpan.Zero, FullJournalPolicy.Refuse)
        {
            SegmentBytes = SegmentBytes,
        };
        await using var journal = UsageJournal.Open(options, Guid.CreateVersion7(), TimeProvider.System);
        var written = 0L;
        await Eventually.EqualsAsync(
            AppendResult.DiskFull,
            () =>
            {
                AppendResult result;
                while ((result = OwnJournals.BeginIfLetIn(journal, written + 1)) == AppendResult.Written)
                {
                    written++;
                }

                return Task.FromResult(result);
            });

        // The last page of the disk goes to somebody else; what was set aside for ends is there all the same.
        await FillUpAsync(Path.Combine(disk, "somebody"));
        var ended = 0L;
        while (ended < written && journal.TryAppendEnd(SampleRecords.End(ended + 1), hasBegun: true) == AppendResult.Written)
        {
            ended++;
        }

        Assert.True(ended * RecordFormat.Size(200) > SegmentBytes / 4, $"{written} began and {ended} could end");
        for (var sequence = ended + 2; sequence <= written; sequence++)
        {
            journal.TryAppendEnd(SampleRecords.End(sequence), hasBegun: true);
        }

        var given = OwnJournals.ReadAll(journal.Reader);
        Assert.Equal(Enumerable.Range(1, (int)written).Select(sequence => (long)sequence), given.Select(one => one.Event.Sequence).Order());
        journal.Reader.Acknowledge(given[^1].Position);
        File.Delete(Path.Combine(disk, "somebody"));
        await OwnJournals.AppendAsync(() => OwnJournals.BeginIfLetIn(journal, written + 1));
    }

    private static async Task FillUpAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
            {
                await file.WriteAsync(new byte[4096]);
            }
        });
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
