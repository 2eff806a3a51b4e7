using Gateway.Hosting.Settings;

namespace Gateway.Usage.Journal;

/// <summary>The directory that holds the journals of all gateways of a machine or volume, one subdirectory each, named by its id.</summary>
internal sealed class JournalDirectory(JournalOptions options)
{
    private const string Setting = "Usage:JournalDirectory";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const char HiddenMark = '.';

    // It takes milliseconds.
    private static readonly TimeSpan MakingTime = TimeSpan.FromMinutes(1);

    private readonly string _root = Path.GetFullPath(options.Directory);

    /// <summary>Bytes that all journals take up.</summary>
    public long Bytes()
    {
        long bytes = 0;
        foreach (var file in new DirectoryInfo(_root).EnumerateFiles("*" + Segment.Extension, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
        {
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                // Deleted by its owner meanwhile.
            }
        }

        return bytes;
    }

    /// <summary>Makes a directory for a new journal; nobody sees it before it is locked.</summary>
    /// <exception cref="SettingException">It cannot be made, or locks do nothing there.</exception>
    public (string Path, DirectoryLock Lock) Create(Guid journal)
    {
        try
        {
            MakePrivate(_root);
            var hidden = Path.Combine(_root, $"{HiddenMark}{journal}");
            MakePrivate(hidden);
            if (DirectoryLock.Create(hidden) is { } directoryLock)
            {
                if (options.WhenFull == FullJournalPolicy.Refuse)
                {
                    // Where requests go on unmetered, what is not in the journal may have been answered all the same.
                    directoryLock.NoteBoot();
                }

                var path = PathOf(journal);
                Directory.Move(hidden, path);
                return (path, directoryLock.At(path));
            }

            Directory.Delete(hidden, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingException(Setting, $"\"{options.Directory}\" cannot be used: {exception.Message}");
        }

        throw new SettingException(Setting, $"\"{options.Directory}\" is on a file system without locks (flock); allowed is a directory on a local disk");
    }

    /// <summary>Takes a journal; null where its owner lives, another has it, or it is gone or cannot be read.</summary>
    public DeadJournal? TryAdopt(Guid journal)
    {
        var path = PathOf(journal);
        if (DirectoryLock.TryTake(path) is not { } directoryLock)
        {
            DeleteIfEmpty(path);
            return null;
        }

        try
        {
            return new DeadJournal(journal, path, directoryLock);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            directoryLock.Dispose();
            return null;
        }
    }

    /// <summary>All journals, of the living and the dead.</summary>
    public IReadOnlyList<Guid> Journals()
    {
        var journals = new List<Guid>();
        if (Directory.Exists(_root))
        {
            foreach (var path in Directory.EnumerateDirectories(_root))
            {
                if (Guid.TryParseExact(Path.GetFileName(path), "D", out var journal))
                {
                    journals.Add(journal);
                }
            }
        }

        return journals;
    }

    /// <summary>
    /// Deletes what is left of journals whose owners were killed while they made them: nobody has written to those. Not at once,
    /// because between a directory and its lock its owner cannot be told from a dead one.
    /// </summary>
    public void DeleteUnfinished(DateTime utcNow)
    {
        foreach (var path in Directory.Exists(_root) ? Directory.EnumerateDirectories(_root) : [])
        {
            if (Path.GetFileName(path) is not [HiddenMark, .. var name]
                || !Guid.TryParseExact(name, "D", out _)
                || utcNow - Directory.GetLastWriteTimeUtc(path) < MakingTime)
            {
                continue;
            }

            using var directoryLock = DirectoryLock.TryTake(path);
            if (directoryLock is not null)
            {
                DeadJournal.Delete(path, directoryLock);
            }

            DeleteIfEmpty(path);
        }
    }

    /// <summary>Events name customers and paths: nobody else reads them.</summary>
    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }

    /// <summary>What is left of a journal whose adopter died while deleting it.</summary>
    private static void DeleteIfEmpty(string path)
    {
        try
        {
            if (!Directory.EnumerateFileSystemEntries(path).Any())
            {
                Directory.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is in use, or gone already.
        }
    }

    private string PathOf(Guid journal) => Path.Combine(_root, journal.ToString());
}
