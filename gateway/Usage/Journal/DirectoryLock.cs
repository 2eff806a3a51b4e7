namespace Gateway.Usage.Journal;

/// <summary>
/// Says that a journal's owner is alive: a file held exclusively (flock), which the kernel lets go of when the process ends,
/// however it ends. A stopped process (SIGSTOP) still holds it.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "lock";

    private readonly string _path;
    private readonly FileStream _file;

    private DirectoryLock(string path, FileStream file)
    {
        _path = path;
        _file = file;
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
