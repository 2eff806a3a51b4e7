namespace Gateway.LoadTests.Compare;

/// <summary>Waits until somebody has come to rest: takes no more of a core than its timers do.</summary>
internal static class Rest
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(20);

    /// <summary>Answers whether that was within so many looks, five a second.</summary>
    /// <param name="readTime">The processor time that it has used.</param>
    /// <param name="looks">How many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<bool> IsReachedAsync(Func<TimeSpan> readTime, int looks, CancellationToken cancellationToken)
    {
        var time = readTime();
        for (var look = 0; look < looks; look++)
        {
            await Task.Delay(Interval, cancellationToken);
            var last = time;
            time = readTime();
            if (time - last <= MostTime)
            {
                return true;
            }
        }

        return false;
    }
}
