using Xunit;

namespace Gateway.Testing;

/// <summary>Waits for a condition instead of for a time. Of its deadline counts only the time in which this process ran.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again and again until the answer is as expected; fails with the last answer at the deadline.</summary>
    public static async Task<T> BecomesAsync<T>(Func<Task<T>> readAsync, Func<T, bool> isExpected, string expectation, TimeSpan? deadline = null)
    {
        var waiting = AwakeTime.Start();
        while (true)
        {
            var value = await readAsync();
            if (isExpected(value))
            {
                return value;
            }

            if (waiting.Elapsed > (deadline ?? DefaultDeadline))
            {
                Assert.Fail($"Waited for: {expectation}. The last answer was: {value}");
            }

            await Task.Delay(Interval);
        }
    }

    /// <summary>Asks again and again until the answer equals the expected one.</summary>
    public static Task<T> EqualsAsync<T>(T expected, Func<Task<T>> readAsync, TimeSpan? deadline = null) =>
        BecomesAsync(readAsync, value => EqualityComparer<T>.Default.Equals(value, expected), $"{expected}", deadline);

    /// <summary>Asks again and again until it is so.</summary>
    public static Task IsTrueAsync(Func<Task<bool>> isTrueAsync, string expectation, TimeSpan? deadline = null) =>
        BecomesAsync(isTrueAsync, value => value, expectation, deadline);
}
