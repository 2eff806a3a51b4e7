using System.Diagnostics;

namespace Gateway.LocalStack.Output;

/// <summary>One line a step: what it was and how long it took.</summary>
internal static class StepLog
{
    public static Task RunAsync(string step, Func<Task> runAsync) => RunAsync(step, async () =>
    {
        await runAsync();
        return step;
    });

    /// <summary>Runs a step that only knows in the end what it should be called.</summary>
    public static async Task RunAsync(string step, Func<Task<string>> runAsync)
    {
        // On a terminal the step is shown while it runs and then overwritten with how it went.
        Screen.Write(Screen.IsTerminal ? $"  …        {step}" : string.Empty);
        var started = Stopwatch.GetTimestamp();
        try
        {
            Finish('✓', await runAsync());
        }
        catch
        {
            Finish('✗', step);
            throw;
        }

        void Finish(char mark, string outcome) => Screen.WriteLine(
            $"{(Screen.IsTerminal ? "\r" : string.Empty)}  {mark} {Stopwatch.GetElapsedTime(started).TotalSeconds,4:0.0} s  {outcome}");
    }
}
