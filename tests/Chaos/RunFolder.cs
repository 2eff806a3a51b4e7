using Gateway.LocalStack.Servers;

namespace Gateway.Chaos;

/// <summary>Where everything of a campaign is. Gone with it, unless somebody has to look at it.</summary>
internal sealed class RunFolder : IDisposable
{
    public string Path { get; } = ServerFolder.CreateTemporary("gateway-chaos-");

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
