using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Limits;

/// <summary>One hot tenant on one or several groups of gateways, one group after the other, in rounds.</summary>
/// <param name="Groups">What is compared.</param>
/// <param name="Clients">Requests under way at any time (a closed model), where no rate is given.</param>
/// <param name="Rate">Requests per second, sent when they are due (an open model); null for as many as get through.</param>
/// <param name="During">How long each group is measured in each round.</param>
/// <param name="Rounds">How often: what else the machine does then hits every group alike.</param>
internal sealed record LimitsScenario(GatewayGroup[] Groups, int Clients, int? Rate, TimeSpan During, int Rounds)
{
    /// <summary>The load of one measurement.</summary>
    public LoadSimulation Load(TimeSpan during) => Rate is { } rate
        ? new LoadSimulation.Inject(rate, TimeSpan.FromSeconds(1), during)
        : new LoadSimulation.KeepConstant(Clients, during);
}
