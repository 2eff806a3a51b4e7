using Gateway.Hosting.Settings;

namespace Gateway.UsageProcessor.Storage;

/// <summary>How long the database may take, and how a batch that fails is tried again (section <c>Storage</c>).</summary>
/// <param name="CommandTimeout">When a statement counts as failed (<c>CommandTimeoutSeconds</c>, 30).</param>
/// <param name="FirstRetryDelay">The wait after the first failure (<c>FirstRetryMilliseconds</c>, 100); it doubles with each further one.</param>
/// <param name="LongestRetryDelay">The longest wait (<c>LongestRetryMilliseconds</c>, 5,000).</param>
internal sealed record StorageOptions(TimeSpan CommandTimeout, TimeSpan FirstRetryDelay, TimeSpan LongestRetryDelay)
{
    private const string Section = "Storage";
    private const int DefaultCommandTimeoutSeconds = 30;
    private const int DefaultFirstRetryMilliseconds = 100;
    private const int DefaultLongestRetryMilliseconds = 5_000;

    public static StorageOptions Read(IConfiguration configuration) => new(
        configuration.Seconds($"{Section}:CommandTimeoutSeconds", DefaultCommandTimeoutSeconds, 1, 3_600),
        configuration.Milliseconds($"{Section}:FirstRetryMilliseconds", DefaultFirstRetryMilliseconds, 1, 60_000),
        configuration.Milliseconds($"{Section}:LongestRetryMilliseconds", DefaultLongestRetryMilliseconds, 1, 600_000));
}
