namespace Gateway.Testing;

/// <summary>A folder that is gone with its owner. Other users may enter it: root runs PostgreSQL as somebody else.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    private const UnixFileMode EnterableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public TemporaryDirectory()
    {
        Path = Directory.CreateTempSubdirectory("gateway-test-").FullName;
        File.SetUnixFileMode(Path, EnterableByAll);
    }

    public string Path { get; }

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
