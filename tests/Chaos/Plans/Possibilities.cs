namespace Gateway.Chaos.Plans;

/// <summary>What this machine lets us do.</summary>
/// <param name="BrokerSurvives">The broker is a process with a log on disk, so it can be killed.</param>
/// <param name="DiskCanBeFilled">The journals are on a file system of their own.</param>
internal sealed record Possibilities(bool BrokerSurvives, bool DiskCanBeFilled)
{
    public bool Allow(FaultKind kind) => kind switch
    {
        FaultKind.KillBroker or FaultKind.RestartBroker => BrokerSurvives,
        FaultKind.FillDisk => DiskCanBeFilled,
        _ => true,
    };
}
