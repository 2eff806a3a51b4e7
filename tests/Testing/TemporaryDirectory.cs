using Gateway.LocalStack.Servers;

namespace Gateway.Testing;

/// <summary>A folder that is gone with its owner. Other users may enter it: root runs PostgreSQL as somebody else.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = ServerFolder.CreateTemporary("gateway-test-");

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
