using Gateway.Hosting.Observability;
using Gateway.Hosting.Startup;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>Kafka is up from when it was there at the start, and while nothing has gone wrong since the last message.</summary>
internal sealed class KafkaState(DependencyGate gate, ConsumeLoop loop) : IDependencyState
{
    public string Dependency => "kafka";

    public bool IsUp => gate.IsOpen && !loop.IsInTrouble;
}
