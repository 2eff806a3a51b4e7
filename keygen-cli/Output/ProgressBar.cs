using Spectre.Console;

namespace Gateway.Keygen.Output;

/// <summary>Shows on a terminal how far something is that takes longer than a second. On standard error, and gone when it is done.</summary>
internal static class ProgressBar
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <param name="surroundings">Where somebody may look.</param>
    /// <param name="what">What goes on.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="workAsync">Does it, and says how much it has done.</param>
    public static async Task RunAsync(Surroundings surroundings, string what, long total, Func<Action<long>, Task> workAsync)
    {
        var done = 0L;
        var work = workAsync(value => Volatile.Write(ref done, value));
        await ShowAsync(surroundings, what, work, bar => bar.MaxValue(total), bar => bar.Value = Volatile.Read(ref done));
        await work;
    }

    /// <summary>The same for what nobody knows the end of: the bar only shows that it goes on.</summary>
    public static async Task<T> RunAsync<T>(Surroundings surroundings, string what, Task<T> work)
    {
        await ShowAsync(surroundings, what, work, static bar => bar.IsIndeterminate(), static _ => { });
        return await work;
    }

    private static async Task ShowAsync(Surroundings surroundings, string what, Task work, Action<ProgressTask> begin, Action<ProgressTask> advance)
    {
        if (!surroundings.IsErrorTerminal || await Task.WhenAny(work, Task.Delay(Patience, surroundings.Time, CancellationToken.None)) == work)
        {
            return;
        }

        await TerminalConsole.OfError(surroundings).Progress().AutoClear(true).StartAsync(async context =>
        {
            var bar = context.AddTask(what);
            begin(bar);
            while (!work.IsCompleted)
            {
                advance(bar);
                await Task.WhenAny(work, Task.Delay(Interval, surroundings.Time, CancellationToken.None));
            }
        });
    }
}
