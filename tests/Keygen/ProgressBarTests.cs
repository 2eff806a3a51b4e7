using Gateway.Keygen.Output;

namespace Gateway.Keygen.Tests;

public sealed class ProgressBarTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Bar_is_for_a_terminal_and_for_what_takes_longer_than_a_second(bool isTerminal, bool isLong)
    {
        using var error = new StringWriter();
        var surroundings = Surroundings.OfThisProcess() with { Error = error, IsErrorTerminal = isTerminal };

        await ProgressBar.RunAsync(surroundings, "Making keys", 10, async progress =>
        {
            progress(5);
            await Task.Delay(isLong ? TimeSpan.FromSeconds(1.5) : TimeSpan.FromSeconds(0.1), TestContext.Current.CancellationToken);
        });

        Assert.Equal(isTerminal && isLong, error.ToString().Contains("Making keys", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_nobody_knows_the_end_of_is_seen_to_go_on()
    {
        using var error = new StringWriter();
        var surroundings = Surroundings.OfThisProcess() with { Error = error, IsErrorTerminal = true };

        var result = await ProgressBar.RunAsync(surroundings, "Comparing", LongAsync());

        Assert.Equal(7, result);
        Assert.Contains("Comparing", error.ToString(), StringComparison.Ordinal);

        static async Task<int> LongAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
            return 7;
        }
    }

    [Fact]
    public async Task What_fails_fails_as_without_a_bar()
    {
        var surroundings = Surroundings.OfThisProcess() with { Error = TextWriter.Null, IsErrorTerminal = true };

        await Assert.ThrowsAsync<InvalidOperationException>(() => ProgressBar.RunAsync(surroundings, "x", 1, async _ =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1.2), TestContext.Current.CancellationToken);
            throw new InvalidOperationException("as it is");
        }));
    }
}
