namespace Gateway.Chaos;

/// <summary>Where everything of a campaign is. Gone with it, unless somebody has to look at it.</summary>
internal sealed class RunFolder : IDisposable
{
    private const UnixFileMode EnterableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public RunFolder()
    {
        Path = Directory.CreateTempSubdirectory("gateway-chaos-").FullName;

        // Root runs PostgreSQL as somebody else.
        File.SetUnixFileMode(Path, EnterableByAll);
    }

    public string Path { get; }

    /// <summary>Whether it stays.</summary>
    public bool IsKept { get; set; }

    public void Dispose()
    {
        if (!IsKept)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
