using System.Globalization;
using Gateway.Hosting.Settings;

namespace Gateway.UsageProcessor.Retention;

/// <summary>How long raw rows are kept (section <c>Retention</c>). The ledger and late usage are kept for ever.</summary>
/// <param name="RawDays">Days (<c>RawDays</c>, 90), 0 for ever. Events that are older are refused, see <c>hold_raw_usage()</c>.</param>
/// <param name="Interval">How often it is looked whether there is something to drop (<c>IntervalSeconds</c>, 3,600).</param>
internal sealed record RetentionOptions(int RawDays, TimeSpan Interval)
{
    private const string Section = "Retention";
    private const int DefaultRawDays = 90;
    private const int FewestRawDays = 3;
    private const int MostRawDays = 36_500;
    private const int DefaultIntervalSeconds = 3_600;

    public static RetentionOptions Read(IConfiguration configuration)
    {
        const string Name = $"{Section}:RawDays";
        var days = configuration.Number(Name, DefaultRawDays, 0, MostRawDays);
        return days is 0 or >= FewestRawDays
            ? new RetentionOptions((int)days, configuration.Seconds($"{Section}:IntervalSeconds", DefaultIntervalSeconds, 1, 86_400))
            : throw new SettingException(Name, string.Create(
                CultureInfo.InvariantCulture,
                $"\"{days}\" is not allowed; allowed is a whole number from {FewestRawDays} to {MostRawDays}, or 0 for ever, default {DefaultRawDays}"));
    }
}
