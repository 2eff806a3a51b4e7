using Gateway.Hosting.Settings;

namespace Gateway.ApiKeys;

/// <summary>How the keys in memory are kept in step with PostgreSQL (section <c>ApiKeys</c>).</summary>
/// <param name="PollInterval">
/// How often changes are asked for when no notification tells of any (<c>PollSeconds</c>, 2): how late a change arrives
/// at most when notifications get lost.
/// </param>
/// <param name="RefreshInterval">How often all keys are read again (<c>RefreshSeconds</c>, 900).</param>
/// <param name="UnknownFor">How long an unknown key is refused without asking again (<c>UnknownSeconds</c>, 5).</param>
/// <param name="UnknownMaximum">Unknown keys that are remembered at most (<c>UnknownMaximum</c>, 10,000): random keys cannot fill the memory.</param>
/// <param name="MaximumAge">How long keys go on working after the last contact with PostgreSQL (<c>MaximumAgeSeconds</c>, 900).</param>
/// <param name="QueryTimeout">When a query counts as failed (<c>QueryTimeoutMilliseconds</c>, 2,000).</param>
/// <param name="LastUseInterval">How often the time of last use is written (<c>LastUseSeconds</c>, 60).</param>
internal sealed record ApiKeyOptions(
    TimeSpan PollInterval,
    TimeSpan RefreshInterval,
    TimeSpan UnknownFor,
    int UnknownMaximum,
    TimeSpan MaximumAge,
    TimeSpan QueryTimeout,
    TimeSpan LastUseInterval)
{
    private const string Section = "ApiKeys";

    /// <exception cref="SettingException">A value makes no sense, or keys would be too old between two polls.</exception>
    public static ApiKeyOptions Read(IConfiguration configuration)
    {
        var options = ReadEach(configuration);
        return options.MaximumAge > options.PollInterval
            ? options
            : throw new SettingException(
                $"{Section}:MaximumAgeSeconds",
                $"\"{options.MaximumAge.TotalSeconds}\" is not allowed; allowed is more than {Section}:PollSeconds, {options.PollInterval.TotalSeconds}");
    }

    private static ApiKeyOptions ReadEach(IConfiguration configuration) => new(
        configuration.Seconds($"{Section}:PollSeconds", 2, 1, 60),
        configuration.Seconds($"{Section}:RefreshSeconds", 900, 1, 86_400),
        configuration.Seconds($"{Section}:UnknownSeconds", 5, 1, 300),
        (int)configuration.Number($"{Section}:UnknownMaximum", 10_000, 1, 1_000_000),
        configuration.Seconds($"{Section}:MaximumAgeSeconds", 900, 1, 86_400),
        configuration.Milliseconds($"{Section}:QueryTimeoutMilliseconds", 2_000, 10, 60_000),
        configuration.Seconds($"{Section}:LastUseSeconds", 60, 1, 3_600));
}
