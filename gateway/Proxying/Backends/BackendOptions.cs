using Gateway.Hosting.Settings;

namespace Gateway.Proxying.Backends;

/// <summary>How backends are talked to (section <c>Proxy</c>); what a cluster of <c>ReverseProxy</c> says itself goes first.</summary>
/// <param name="ActivityTimeout">How long a request may go without a byte from or to the backend (<c>ActivityTimeoutSeconds</c>, 100).</param>
/// <param name="ConnectTimeout">How long a connection may take to be made, name look-up included (<c>ConnectTimeoutMilliseconds</c>, 5,000).</param>
/// <param name="HealthInterval">How often a backend with a health path is asked (<c>HealthIntervalSeconds</c>, 10).</param>
/// <param name="HealthTimeout">When such an answer counts as missing (<c>HealthTimeoutMilliseconds</c>, 3,000).</param>
/// <param name="Retries">On how many other destinations a request is tried again at most (<c>Retries</c>, 1); 0 turns retries off.</param>
/// <param name="BreakDuration">How long a destination that does not answer is left alone before one request tries it (<c>BreakSeconds</c>, 5).</param>
/// <param name="BreakMinimum">How many requests of ten seconds have to be known before that is judged (<c>BreakMinimumRequests</c>, 10).</param>
/// <param name="MaximumInFlight">Requests that may be under way to an organization's own backend at a time (<c>MaximumInFlight</c>, 1,000).</param>
/// <param name="AllowsLinkLocal">Whether link-local and metadata addresses may be connected to (<c>AllowLinkLocalBackends</c>, false).</param>
internal sealed record BackendOptions(
    TimeSpan ActivityTimeout,
    TimeSpan ConnectTimeout,
    TimeSpan HealthInterval,
    TimeSpan HealthTimeout,
    int Retries,
    TimeSpan BreakDuration,
    int BreakMinimum,
    int MaximumInFlight,
    bool AllowsLinkLocal)
{
    private const string Section = "Proxy";

    public static BackendOptions Read(IConfiguration configuration) => new(
        configuration.Seconds($"{Section}:ActivityTimeoutSeconds", 100, 1, 3_600),
        configuration.Milliseconds($"{Section}:ConnectTimeoutMilliseconds", 5_000, 10, 60_000),
        configuration.Seconds($"{Section}:HealthIntervalSeconds", 10, 1, 3_600),
        configuration.Milliseconds($"{Section}:HealthTimeoutMilliseconds", 3_000, 10, 60_000),
        (int)configuration.Number($"{Section}:Retries", 1, 0, 3),
        configuration.Seconds($"{Section}:BreakSeconds", 5, 1, 300),
        (int)configuration.Number($"{Section}:BreakMinimumRequests", 10, 2, 10_000),
        (int)configuration.Number($"{Section}:MaximumInFlight", 1_000, 1, 1_000_000),
        configuration.Flag($"{Section}:AllowLinkLocalBackends", defaultValue: false));
}
