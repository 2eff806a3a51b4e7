using Gateway.Hosting.Settings;

namespace Gateway.ApiKeys.Refusals;

/// <summary>How many refused keys one client address may send (section <c>ApiKeys</c>).</summary>
/// <param name="PerMinute">How many a minute, evenly (<c>RefusalsPerMinute</c>, 60).</param>
/// <param name="Burst">How many at once (<c>RefusalBurst</c>, 100).</param>
internal sealed record RefusalOptions(long PerMinute, long Burst)
{
    private const string Section = "ApiKeys";
    private const long Maximum = 1_000_000;

    public static RefusalOptions Read(IConfiguration configuration) => new(
        configuration.Number($"{Section}:RefusalsPerMinute", 60, 1, Maximum),
        configuration.Number($"{Section}:RefusalBurst", 100, 1, Maximum));
}
