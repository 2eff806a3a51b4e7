using System.Diagnostics;

namespace Gateway.Chaos.Stack;

/// <summary>Where all gateways keep their journals: a small file system of its own where we may mount one, else a folder.</summary>
internal sealed class JournalVolume : IAsyncDisposable
{
    /// <summary>What the gateways are told to take at most; the disk has room for little more.</summary>
    public const long MaximumBytes = 192L << 20;

    private const string DiskSize = "256m";
    private const int FillerStepBytes = 1 << 20;
    private const string FillerName = "filler";

    private static readonly TimeSpan FillerPause = TimeSpan.FromMilliseconds(100);

    private readonly string _root;

    private JournalVolume(string root, bool isDisk)
    {
        _root = root;
        IsDisk = isDisk;
        Directory.CreateDirectory(Journals);
    }

    /// <summary>Whether it is a disk that can be filled up.</summary>
    public bool IsDisk { get; }

    /// <summary>The folder of the journals.</summary>
    public string Journals => Path.Combine(_root, "journals");

    public static async Task<JournalVolume> CreateAsync(string root)
    {
        Directory.CreateDirectory(root);
        return new JournalVolume(root, MountNamespace.IsPrivate && await RunAsync("mount", "-t", "tmpfs", "-o", $"size={DiskSize}", "chaos", root));
    }

    /// <summary>The journals that are there, of the living and the dead.</summary>
    public IReadOnlyList<string> Directories() => Directory.Exists(Journals) ? [.. Directory.EnumerateDirectories(Journals)] : [];

    /// <summary>All of them are gone.</summary>
    public void Lose() => Directory.Delete(Journals, recursive: true);

    /// <summary>Fills the disk up, and what gets free again too, until it is cancelled; then the room is back.</summary>
    public async Task FillAsync(CancellationToken until)
    {
        var path = Path.Combine(_root, FillerName);
        var zeros = new byte[FillerStepBytes];
        try
        {
            await using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (!until.IsCancellationRequested)
            {
                // Down to the last page.
                for (var step = FillerStepBytes; step >= 4096 && !until.IsCancellationRequested;)
                {
                    try
                    {
                        filler.Write(zeros, 0, step);
                    }
                    catch (IOException)
                    {
                        step /= 2;
                    }
                }

                await Task.Delay(FillerPause, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>What is on the disk goes with it, so it is copied to where it can be looked at.</summary>
    public async Task KeepAsync(string folder)
    {
        if (IsDisk)
        {
            await RunAsync("cp", "-r", "--sparse=always", Journals, folder);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsDisk)
        {
            await RunAsync("umount", _root);
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
