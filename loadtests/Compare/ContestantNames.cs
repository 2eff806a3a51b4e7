namespace Gateway.LoadTests.Compare;

/// <summary>Who can be compared, in the order in which they are measured.</summary>
internal static class ContestantNames
{
    /// <summary>Nobody between the load and the backend.</summary>
    public const string Backend = "backend";

    /// <summary>YARP with the gateway's route, cluster, Kestrel and runtime settings, and nothing else.</summary>
    public const string Yarp = "yarp";

    /// <summary>The gateway as it is: keys, limits, metering, a line in the log for each request.</summary>
    public const string Gateway = "gateway";

    /// <summary>The same without the lines.</summary>
    public const string GatewayUnlogged = "gateway-unlogged";

    /// <summary>The same, limits always leased.</summary>
    public const string GatewayLeased = "gateway-leased";

    /// <summary>The same, limits never leased: each request asks Redis.</summary>
    public const string GatewayExact = "gateway-exact";

    /// <summary>The same without limits: requests are free. They are metered all the same.</summary>
    public const string GatewayKeys = "gateway-keys";

    /// <summary>The same without key, limits and metering: a preflight that the route's backend answers.</summary>
    public const string GatewayForward = "gateway-forward";

    /// <summary>nginx with Lua: keys and limits.</summary>
    public const string NginxLua = "nginx-lua";

    /// <summary>Envoy with nothing but a route.</summary>
    public const string Envoy = "envoy";

    /// <summary>Envoy with keys, limits and an access log.</summary>
    public const string EnvoyKeysLimits = "envoy-keys-limits";

    /// <summary>For people.</summary>
    public const string Text =
        $"{Backend}, {Yarp}, {Gateway}, {GatewayUnlogged}, {GatewayLeased}, {GatewayExact}, {GatewayKeys}, {GatewayForward}, {NginxLua}, {Envoy}, {EnvoyKeysLimits}";

    public static string[] All { get; } = Text.Split(", ");

    /// <summary>Who is measured at one common rate too.</summary>
    public static bool IsMeasuredAtCommonRate(string name) => name is Backend or Yarp or Gateway;
}
