using System.CommandLine;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Commands;

/// <summary>How long something takes at most.</summary>
internal static class DurationOptions
{
    /// <summary>How long <see cref="Wait"/> is where nothing is said: gateways that run confirm within a second.</summary>
    public static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(10);

    /// <summary>How long <see cref="ReconcileGrace"/> is where nothing is said: a batch and a flush take a second or two.</summary>
    public static readonly TimeSpan DefaultReconcileGrace = TimeSpan.FromSeconds(60);

    /// <summary>How long <see cref="CheckTimeout"/> is where nothing is said.</summary>
    public static readonly TimeSpan DefaultCheckTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestReconcileGrace = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestGrace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(90);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    public static Option<TimeSpan?> Wait() => Between(
        "--wait",
        $"How long to wait until every gateway has applied the change, 10m at most; 0: do not wait. Default: {DefaultWait.TotalSeconds}s. "
            + $"Exit code {ExitCode.Unconfirmed}: done, but not confirmed by all.",
        TimeSpan.Zero,
        LongestWait,
        "0 to 10m");

    public static Option<TimeSpan?> Grace() => Between(
        "--grace",
        "How long the old key goes on working beside the new one, 1m to 90d; never longer than its own expiry, and nothing is waited for. Default: it stops at once.",
        ShortestGrace,
        LongestGrace,
        "1m to 90d");

    public static Option<TimeSpan?> ReconcileGrace() => Between(
        "--grace",
        "How long an event may be on its way before it counts as missing, and a gateway's heartbeat stay away before it counts as silent, 0 to 1d. "
            + $"More while the usage-processor is behind. Default: {DefaultReconcileGrace.TotalSeconds}s.",
        TimeSpan.Zero,
        LongestReconcileGrace,
        "0 to 1d");

    public static Option<TimeSpan?> BackendTimeout() => Between(
        "--timeout",
        "How long a request may go without a byte from the backend, 1s to 1h. Default: the gateway's.",
        ShortestTimeout,
        LongestTimeout,
        "1s to 1h");

    public static Option<TimeSpan?> CheckTimeout() => Between(
        "--timeout",
        $"How long to wait for an answer, 1s to 10m. Default: {DefaultCheckTimeout.TotalSeconds}s.",
        ShortestTimeout,
        LongestWait,
        "1s to 10m");

    private static Option<TimeSpan?> Between(string name, string description, TimeSpan shortest, TimeSpan longest, string range) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            var text = Options.OnlyToken(result);
            if (text == "0" && shortest == TimeSpan.Zero)
            {
                return TimeSpan.Zero;
            }

            if (TimeText.TryParseDuration(text, out var duration) && duration >= shortest && duration <= longest)
            {
                return duration;
            }

            result.AddError($"{name}: \"{text}\" is no duration from {range}; allowed is {TimeText.DurationForms}.");
            return null;
        },
    };
}
