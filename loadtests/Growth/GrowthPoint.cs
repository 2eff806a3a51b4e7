namespace Gateway.LoadTests.Growth;

/// <summary>What there is of everything while the cost of a request is measured.</summary>
/// <param name="Dimension">What grows: <c>keys</c>, <c>tenants</c>, <c>routes</c> or <c>connections</c>.</param>
/// <param name="Keys">API keys of the organizations that send requests, in the database and in the gateway's memory.</param>
/// <param name="Tenants">Organizations that send requests, in turn.</param>
/// <param name="Routes">Routes, all of them used in turn.</param>
/// <param name="Connections">Connections of clients, used in turn.</param>
internal sealed record GrowthPoint(string Dimension, int Keys, int Tenants, int Routes, int Connections)
{
    public const string KeysName = "keys";
    public const string TenantsName = "tenants";
    public const string RoutesName = "routes";
    public const string ConnectionsName = "connections";

    /// <summary>Where they do not grow: enough that requests seldom wait for each other at the rates that a few cores take.</summary>
    public const int UsualConnections = 32;

    private static readonly GrowthPoint Usual = new(string.Empty, Keys: 1, Tenants: 1, Routes: 1, UsualConnections);

    /// <summary>How far the dimension that grows has got.</summary>
    public int Count => Dimension switch
    {
        KeysName => Keys,
        TenantsName => Tenants,
        RoutesName => Routes,
        _ => Connections,
    };

    /// <summary>All points, dimension by dimension.</summary>
    /// <param name="isQuick">Only the ends of each, and not the furthest.</param>
    public static IReadOnlyList<GrowthPoint> All(bool isQuick) =>
    [
        .. Steps(isQuick, [1, 100_000], [1, 1_000, 100_000, 1_000_000]).Select(static count => Usual with { Dimension = KeysName, Keys = count }),
        .. Steps(isQuick, [1, 1_000], [1, 100, 1_000, 10_000]).Select(static count => Usual with { Dimension = TenantsName, Keys = count, Tenants = count }),
        .. Steps(isQuick, [1, 100], [1, 10, 100, 1_000]).Select(static count => Usual with { Dimension = RoutesName, Routes = count }),
        .. Steps(isQuick, [1, 1_000], [1, 100, 1_000, 10_000]).Select(static count => Usual with { Dimension = ConnectionsName, Connections = count }),
    ];

    private static int[] Steps(bool isQuick, int[] quick, int[] full) => isQuick ? quick : full;
}
