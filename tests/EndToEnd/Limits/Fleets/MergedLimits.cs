namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>Whether the gateway that is tested has limits of keys and routes, and gives shares without Redis.</summary>
internal static class MergedLimits
{
    public static readonly bool AreThere = Environment.GetEnvironmentVariable("GATEWAY_LIMITS_MERGED") == "true";
}
