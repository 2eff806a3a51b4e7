namespace Gateway.LocalStack.Servers;

/// <summary>Folders for the data of servers that are gone afterwards.</summary>
public static class ServerFolder
{
    private const UnixFileMode EnterableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A new folder below the one for temporary files, that other users may enter: root runs PostgreSQL as somebody else.</summary>
    /// <param name="prefix">What its name begins with.</param>
    /// <returns>Its path.</returns>
    public static string CreateTemporary(string prefix)
    {
        if (!Directory.Exists(Path.GetTempPath()))
        {
            throw new DirectoryNotFoundException($"TMPDIR: there is no folder {Path.GetTempPath()}");
        }

        var path = Directory.CreateTempSubdirectory(prefix).FullName;
        File.SetUnixFileMode(path, EnterableByAll);
        return path;
    }
}
