using Microsoft.Win32.SafeHandles;

namespace Gateway.Usage.Journal;

/// <summary>
/// Up to where everything is acknowledged, in a file of two slots written in turn: whenever the process is killed, one of
/// them is whole. Losing it costs duplicates, never events.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    private const string FileName = "checkpoint";

    // Apart, so that one broken sector cannot hold both.
    private const int SlotDistance = 4096;
    private const int FileBytes = 2 * SlotDistance;

    private readonly Guid _journal;
    private readonly SafeFileHandle _file;
    private readonly byte[] _slot = new byte[CheckpointSlot.Bytes];
    private int _next;

    private Checkpoint(Guid journal, string directory)
    {
        _journal = journal;
        _file = File.OpenHandle(
            Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        Allocate();
        var (first, second) = (ReadSlot(0), ReadSlot(1));
        (Position, DeletedSequence) = first.Position > second.Position ? first : second;
        _next = first.Position > second.Position ? 1 : 0;
    }

    public JournalPosition Position { get; private set; }

    /// <summary>The highest sequence in segments before its own, which may have been deleted.</summary>
    public long DeletedSequence { get; private set; }

    /// <exception cref="IOException">There is no room for it.</exception>
    public static Checkpoint Open(Guid journal, string directory) => new(journal, directory);

    public static void Delete(string directory) => File.Delete(Path.Combine(directory, FileName));

    /// <summary>Moves it, only forward.</summary>
    /// <param name="position">To where.</param>
    /// <param name="deletedSequence">The highest sequence in segments before that one.</param>
    /// <returns>False where the disk fails: it stays where it was.</returns>
    public bool TryMove(JournalPosition position, long deletedSequence)
    {
        if (position.Value <= Position.Value)
        {
            return true;
        }

        CheckpointSlot.Write(_journal, position, deletedSequence, _slot);
        try
        {
            RandomAccess.Write(_file, _slot, _next * SlotDistance);
        }
        catch (IOException)
        {
            return false;
        }

        Position = new JournalPosition(position.Value);
        DeletedSequence = deletedSequence;
        _next = 1 - _next;
        return true;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Its blocks are there from now on, so a disk that gets full does not stop it.</summary>
    private void Allocate()
    {
        try
        {
            var length = RandomAccess.GetLength(_file);
            if (length < FileBytes)
            {
                RandomAccess.Write(_file, new byte[FileBytes - length], length);
            }
        }
        catch (IOException)
        {
            // The disk is full already.
        }
    }

    private (JournalPosition Position, long DeletedSequence) ReadSlot(int slot)
    {
        var read = RandomAccess.Read(_file, _slot, slot * SlotDistance);
        return CheckpointSlot.Read(_journal, _slot.AsSpan(0, read));
    }
}
