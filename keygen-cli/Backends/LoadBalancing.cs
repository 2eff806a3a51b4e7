namespace Gateway.Keygen.Backends;

/// <summary>How requests are spread over a backend's addresses, as in <c>backends.load_balancing</c>.</summary>
internal static class LoadBalancing
{
    public const string Default = "power-of-two-choices";

    public static readonly string[] All = [Default, "least-requests", "round-robin", "random", "first"];
}
