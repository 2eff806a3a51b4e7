using Gateway.Hosting.Settings;

namespace Gateway.UsageProcessor.Audit;

/// <summary>How often rollups are compared with the ledger (section <c>Audit</c>).</summary>
/// <param name="Interval">For the newest days and what came late (<c>IntervalSeconds</c>, 3,600), zero for never.</param>
/// <param name="FullInterval">For all that raw rows still cover, first an interval after the start (<c>FullIntervalSeconds</c>, 86,400).</param>
internal sealed record AuditOptions(TimeSpan Interval, TimeSpan FullInterval)
{
    private const string Section = "Audit";
    private const int DefaultIntervalSeconds = 3_600;
    private const int DefaultFullIntervalSeconds = 86_400;

    public static AuditOptions Read(IConfiguration configuration) => new(
        configuration.Seconds($"{Section}:IntervalSeconds", DefaultIntervalSeconds, 0, 86_400),
        configuration.Seconds($"{Section}:FullIntervalSeconds", DefaultFullIntervalSeconds, 1, 604_800));
}
