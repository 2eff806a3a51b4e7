using System.Diagnostics;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Tests;

public sealed class ProgressBarTests : IDisposable
{
    private readonly ShownText _error = new("Making keys");

    public void Dispose() => _error.Dispose();

    [Fact]
    public async Task Bar_is_shown_at_a_terminal_while_something_takes_longer_than_a_second()
    {
        await ProgressBar.RunAsync(At(isTerminal: true), "Making keys", 10, async progress =>
        {
            progress(5);
            await _error.Shown;
        });

        Assert.Contains("Making keys", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bar_is_not_for_what_takes_less_than_a_second()
    {
        var startedAt = Stopwatch.GetTimestamp();

        await ProgressBar.RunAsync(At(isTerminal: true), "Making keys", 10, _ => Task.Delay(100, TestContext.Current.CancellationToken));

        // On a machine that has other things to do it may take longer.
        Assert.True(_error.ToString().Length == 0 || Stopwatch.GetElapsedTime(startedAt) > TimeSpan.FromSeconds(1), $"{_error}");
    }

    [Fact]
    public async Task Bar_is_not_for_a_file()
    {
        await ProgressBar.RunAsync(At(isTerminal: false), "Making keys", 10, _ => Task.Delay(1_500, TestContext.Current.CancellationToken));

        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task What_nobody_knows_the_end_of_is_seen_to_go_on()
    {
        Assert.Equal(7, await ProgressBar.RunAsync(At(isTerminal: true), "Making keys", LongAsync()));

        async Task<int> LongAsync()
        {
            await _error.Shown;
            return 7;
        }
    }

    [Fact]
    public async Task What_fails_fails_as_without_a_bar() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => ProgressBar.RunAsync(At(isTerminal: true), "Making keys", 1, async _ =>
        {
            await _error.Shown;
            throw new InvalidOperationException("as it is");
        }));

    private Surroundings At(bool isTerminal) => Surroundings.OfThisProcess() with { Error = _error, IsErrorTerminal = isTerminal };

    /// <summary>Says when a text has been written to it.</summary>
    private sealed class ShownText(string awaited) : StringWriter
    {
        private readonly TaskCompletionSource _shown = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Shown => _shown.Task.WaitAsync(TimeSpan.FromSeconds(60));

        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.Contains(awaited, StringComparison.Ordinal) == true)
            {
                _shown.TrySetResult();
            }
        }
    }
}
