namespace Gateway.Chaos.Plans;

/// <summary>A fault that will be.</summary>
/// <param name="Number">From 1, in the order in which they begin.</param>
/// <param name="At">When it begins, from the start of the load; later where its target is not whole again by then.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Target">Which gateway or processor, from 0.</param>
/// <param name="Lasts">How long until it is healed.</param>
/// <param name="Seed">What else is random about it follows from this.</param>
internal sealed record PlannedFault(int Number, TimeSpan At, FaultKind Kind, int Target, TimeSpan Lasts, int Seed)
{
    private const string AllBrokers = "broker";

    /// <summary>Which broker where there are several, from 0; null where there is one.</summary>
    public int? Broker { get; init; }

    /// <summary>What it does it to, in words.</summary>
    public string Where => Broker is { } broker && Targets is [AllBrokers] ? $"broker-{broker + 1}" : string.Join(" and ", Targets);

    /// <summary>What it does it to; of several brokers, never more than one at a time. Faults of one target come one after another, those of different ones at the same time.</summary>
    public IReadOnlyList<string> Targets => Kind switch
    {
        FaultKind.KillGateway or FaultKind.FreezeGateway or FaultKind.RestartGateway => [Gateway(Target)],
        FaultKind.KillProcessor or FaultKind.FreezeProcessor or FaultKind.RestartProcessor => [$"usage-processor-{Target + 1}"],
        FaultKind.KillBroker or FaultKind.FreezeBroker or FaultKind.RestartBroker => [AllBrokers],
        FaultKind.KillPostgres or FaultKind.FreezePostgres or FaultKind.RestartPostgres => ["PostgreSQL"],
        FaultKind.KillRedis or FaultKind.FreezeRedis => ["Redis"],
        FaultKind.FillDisk => ["the journals' disk"],
        FaultKind.FlipBits or FaultKind.LoseJournal => [Gateway(0), Gateway(1)],
        _ => ["the topic"],
    };

    public override string ToString() =>
        $"{Number,4}  {At.TotalSeconds,7:0.0} s  {Kind,-16}  {Where,-23}  for {Lasts.TotalSeconds:0.0} s";

    private static string Gateway(int index) => $"gateway-{index + 1}";
}
