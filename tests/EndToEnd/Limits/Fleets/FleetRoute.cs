namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>A route that every gateway of a fleet has.</summary>
/// <param name="Name">As limits name it.</param>
/// <param name="Path">A path that leads to it.</param>
/// <param name="Units">What a request over it costs.</param>
internal sealed record FleetRoute(string Name, string Path, long Units)
{
    /// <summary>The gateway's own catch-all, and others before it.</summary>
    public static readonly FleetRoute[] All =
    [
        new("default", "/hello", 1),
        new("other", "/other/hello", 1),
        new("costly", "/costly/hello", 3),
    ];

    /// <summary>The settings that make them; the catch-all is there without any.</summary>
    public static IEnumerable<(string Name, string Value)> Settings => All.Skip(1).SelectMany(route => ((string Name, string Value)[])
    [
        ($"ReverseProxy__Routes__{route.Name}__ClusterId", "default"),
        ($"ReverseProxy__Routes__{route.Name}__Match__Path", $"/{route.Name}/{{**path}}"),
        .. route.Units == 1 ? [] : new[] { ($"ReverseProxy__Routes__{route.Name}__Metadata__Units", $"{route.Units}") },
    ]);
}
