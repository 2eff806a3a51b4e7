using Gateway.LoadTests.Reporting;

namespace Gateway.LoadTests.Compare;

/// <summary>What the gateway promises beside another.</summary>
/// <param name="What">For people.</param>
/// <param name="Other">Beside whom.</param>
/// <param name="Kind">Under which load.</param>
/// <param name="Compare">What two measurements of one round, the gateway's and the other's, come to.</param>
/// <param name="Wanted">The value that the median must reach, or must not exceed.</param>
/// <param name="IsMost">Whether it must not exceed it.</param>
internal sealed record Threshold(
    string What, string Other, LoadKind Kind, Func<Measurement, Measurement, double> Compare, double Wanted, bool IsMost = false)
{
    private const double CpuBesideYarp = 0.90;
    private const double CpuWithLines = 0.90;
    private const double BesideNginxLua = 1.20;
    private const double BesideEnvoy = 1.10;
    private const double BesideEnvoyKeysLimits = 4;
    private const double AddedMilliseconds = 0.5;

    public static IReadOnlyList<Threshold> All { get; } =
    [
        new("requests per CPU-second, beside bare YARP", ContestantNames.Yarp, LoadKind.Saturation, PerCpuSecond, CpuBesideYarp),
        new("the same, with lines beside without", ContestantNames.GatewayUnlogged, LoadKind.Saturation, PerCpuSecond, CpuWithLines),
        new("requests/s, beside nginx with Lua", ContestantNames.NginxLua, LoadKind.Saturation, PerSecond, BesideNginxLua),
        new("requests/s, beside bare Envoy", ContestantNames.Envoy, LoadKind.Saturation, PerSecond, BesideEnvoy),
        new("requests/s, beside Envoy with keys and limits", ContestantNames.EnvoyKeysLimits, LoadKind.Saturation, PerSecond, BesideEnvoyKeysLimits),
        new(
            "p99 in ms more than bare YARP's, at one rate",
            ContestantNames.Yarp,
            LoadKind.Common,
            static (gateway, other) => gateway.P99 - other.P99,
            AddedMilliseconds,
            IsMost: true),
    ];

    /// <summary>Round by round, so that what the machine did then hit both; null where one of them was not measured.</summary>
    public Spread? Of(IReadOnlyList<Measurement> measurements)
    {
        var values = measurements.Where(one => one.Kind == Kind && one.Contestant == ContestantNames.Gateway)
            .Join(
                measurements.Where(one => one.Kind == Kind && one.Contestant == Other),
                static one => one.Round,
                static other => other.Round,
                Compare)
            .ToArray();
        return values.Length == 0 ? null : Spread.Of(values);
    }

    public bool IsKept(Spread spread) => IsMost ? spread.Median <= Wanted : spread.Median >= Wanted;

    private static double PerCpuSecond(Measurement gateway, Measurement other) => gateway.RequestsPerCpuSecond / other.RequestsPerCpuSecond;

    private static double PerSecond(Measurement gateway, Measurement other) => gateway.RequestsPerSecond / other.RequestsPerSecond;
}
