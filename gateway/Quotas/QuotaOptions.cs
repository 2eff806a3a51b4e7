using Gateway.Hosting.Settings;

namespace Gateway.Quotas;

/// <summary>How the counters of quotas are kept in step with the ledger (section <c>Quotas</c>).</summary>
/// <param name="ReconcileInterval">How often each counter is compared with the ledger (<c>ReconcileSeconds</c>, 60).</param>
/// <param name="ExcessDuration">
/// How long a counter must have been above the ledger before that is taken for an error and not for events that are on
/// their way (<c>ExcessSeconds</c>, 3,600).
/// </param>
/// <param name="LedgerTimeout">
/// How long a request waits at most for the ledger when its counter is lost (<c>LedgerTimeoutMilliseconds</c>, 250).
/// </param>
internal sealed record QuotaOptions(TimeSpan ReconcileInterval, TimeSpan ExcessDuration, TimeSpan LedgerTimeout)
{
    private const string Section = "Quotas";

    /// <summary>How long reconciliation waits for the ledger: a month of thousands of keys and routes is a million rows, and no request waits for it.</summary>
    public TimeSpan ReconcileTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <exception cref="SettingException">A value makes no sense, or an excess could not be seen twice.</exception>
    public static QuotaOptions Read(IConfiguration configuration)
    {
        var options = ReadEach(configuration);
        return options.ExcessDuration >= options.ReconcileInterval
            ? options
            : throw new SettingException(
                $"{Section}:ExcessSeconds",
                $"\"{options.ExcessDuration.TotalSeconds}\" is not allowed; allowed is at least {Section}:ReconcileSeconds, {options.ReconcileInterval.TotalSeconds}");
    }

    private static QuotaOptions ReadEach(IConfiguration configuration) => new(
        configuration.Seconds($"{Section}:ReconcileSeconds", 60, 1, 3_600),
        configuration.Seconds($"{Section}:ExcessSeconds", 3_600, 1, 86_400),
        configuration.Milliseconds($"{Section}:LedgerTimeoutMilliseconds", 250, 10, 10_000));
}
