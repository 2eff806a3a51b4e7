namespace Gateway.Usage.Journal;

/// <summary>
/// Says that a journal's owner is alive: a file held exclusively (flock), which the kernel lets go of when the process ends,
/// however it ends. A stopped process (SIGSTOP) still holds it.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "lock";

    // New with every start of the kernel.
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    private static readonly byte[] BootId = File.Exists(BootIdFile) ? File.ReadAllBytes(BootIdFile) : [];

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Lock _noting = new();
    private long _unmetered;

    private DirectoryLock(string path, FileStream file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>
    /// Whether the kernel has run ever since <see cref="NoteBoot"/>: then the journal holds all that was ever written to it,
    /// and a record that is not there was never written. False where that cannot be told.
    /// </summary>
    public bool IsOfThisBoot()
    {
        var noted = new byte[BootId.Length];
        return noted.Length > 0 && RandomAccess.Read(_file.SafeFileHandle, noted, 0) == noted.Length && noted.AsSpan().SequenceEqual(BootId);
    }

    /// <summary>Writes down which start of the kernel this is, if the disk has room for it.</summary>
    public void NoteBoot()
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, BootId, 0);
        }
        catch (IOException)
        {
            // Nobody will be able to tell, then.
        }
    }

    /// <summary>
    /// Writes down the sequence of a request that was served without an event, as the length of the file: that needs no room
    /// on a disk that is full. Not together with <see cref="NoteBoot"/>.
    /// </summary>
    public void NoteUnmetered(long sequence)
    {
        lock (_noting)
        {
            if (sequence <= _unmetered)
            {
                return;
            }

            try
            {
                RandomAccess.SetLength(_file.SafeFileHandle, sequence);
                _unmetered = sequence;
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The heartbeats tell it, if a little later.
            }
        }
    }

    /// <summary>The highest sequence that <see cref="NoteUnmetered"/> was told; 0 without any.</summary>
    public long ReadUnmetered()
    {
        // Nothing is ever written into such a file.
        Span<byte> first = [0];
        return RandomAccess.Read(_file.SafeFileHandle, first, 0) > 0 && first[0] == 0 ? RandomAccess.GetLength(_file.SafeFileHandle) : 0;
    }

    /// <summary>Makes the file.</summary>
    /// <returns>Null where the file system keeps no locks: there, nobody could tell the living from the dead.</returns>
    public static DirectoryLock? Create(string directory)
    {
        var path = Path.Combine(directory, FileName);
        var created = new DirectoryLock(path, new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
        if (TryTake(directory) is not { } second)
        {
            return created;
        }

        // .NET takes no notice of file systems that refuse flock.
        second.Dispose();
        created.Dispose();
        return null;
    }

    /// <summary>Null where somebody has it, or where there is no such file: its last owner has deleted it.</summary>
    public static DirectoryLock? TryTake(string directory)
    {
        var path = Path.Combine(directory, FileName);
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

            // Between opening and locking it, another may have emptied and deleted the directory: its name never comes back.
            if (File.Exists(path))
            {
                return new DirectoryLock(path, file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Held, gone, or not ours.
        }

        file?.Dispose();
        return null;
    }

    /// <summary>The same lock after its directory was renamed.</summary>
    public DirectoryLock At(string directory) => new(Path.Combine(directory, FileName), _file);

    /// <summary>Deletes the file while it is held.</summary>
    public void Delete()
    {
        File.Delete(_path);
        Dispose();
    }

    public void Dispose() => _file.Dispose();
}
