using Gateway.Hosting.Settings;

namespace Gateway.ApiKeys;

/// <summary>How long what was read from PostgreSQL is believed (section <c>ApiKeys</c>).</summary>
/// <param name="RefreshAfter">
/// When a known key is read again (<c>RefreshSeconds</c>, 60). Changes arrive earlier, by NOTIFY; this is for those that got lost.
/// </param>
/// <param name="UnknownFor">How long an unknown key is refused without asking again (<c>UnknownSeconds</c>, 5).</param>
/// <param name="UnknownMaximum">Unknown keys that are remembered at most (<c>UnknownMaximum</c>, 10,000): random keys cannot fill the memory.</param>
/// <param name="MaximumAge">How long a known key goes on working while PostgreSQL cannot be asked (<c>MaximumAgeSeconds</c>, 900).</param>
/// <param name="QueryTimeout">When a query counts as failed (<c>QueryTimeoutMilliseconds</c>, 2,000).</param>
internal sealed record ApiKeyOptions(
    TimeSpan RefreshAfter, TimeSpan UnknownFor, int UnknownMaximum, TimeSpan MaximumAge, TimeSpan QueryTimeout)
{
    private const string Section = "ApiKeys";

    public static ApiKeyOptions Read(IConfiguration configuration) => new(
        configuration.Seconds($"{Section}:RefreshSeconds", 60, 1, 3600),
        configuration.Seconds($"{Section}:UnknownSeconds", 5, 1, 300),
        (int)configuration.Number($"{Section}:UnknownMaximum", 10_000, 1, 1_000_000),
        configuration.Seconds($"{Section}:MaximumAgeSeconds", 900, 1, 86_400),
        configuration.Milliseconds($"{Section}:QueryTimeoutMilliseconds", 2_000, 10, 60_000));
}
