namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>A route that every gateway of a fleet has.</summary>
/// <param name="Name">As limits name it.</param>
/// <param name="Path">A path that leads to it.</param>
internal sealed record FleetRoute(string Name, string Path)
{
    /// <summary>The gateway's own catch-all, and one before it.</summary>
    public static readonly FleetRoute[] All = [new("default", "/hello"), new("other", "/other/hello")];

    /// <summary>The settings that make them; the catch-all is there without any.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>
    {
        ["ReverseProxy__Routes__other__ClusterId"] = "default",
        ["ReverseProxy__Routes__other__Match__Path"] = "/other/{**path}",
    };
}
