using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Tests.Storage;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(6, 3_200)]
    [InlineData(7, 5_000)]
    [InlineData(int.MaxValue, 5_000)]
    public void Delay_doubles_up_to_the_longest_and_half_of_it_is_random(int failures, int milliseconds)
    {
        Assert.Equal(milliseconds / 2.0, Backoff.Delay(failures, First, Longest, random: 0).TotalMilliseconds);
        Assert.InRange(Backoff.Delay(failures, First, Longest, random: 0.999).TotalMilliseconds, milliseconds * 0.99, milliseconds);
    }
}
