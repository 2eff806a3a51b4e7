using Gateway.Hosting.Observability;

namespace Gateway.Observability;

/// <summary>The meter that all of the gateway's own metrics belong to.</summary>
internal static class GatewayMeter
{
    public const string Name = "Gateway";

    public static readonly MetricNames Names = new(Name, "gateway");
}
