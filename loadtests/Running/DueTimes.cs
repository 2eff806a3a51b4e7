namespace Gateway.LoadTests.Running;

/// <summary>When the requests of an open model are due.</summary>
internal static class DueTimes
{
    /// <summary>From a stretch's begin, in order.</summary>
    /// <param name="fromPerSecond">The rate at its begin.</param>
    /// <param name="toPerSecond">The rate at its end; in between it changes evenly.</param>
    /// <param name="during">How long it is.</param>
    public static IEnumerable<TimeSpan> Of(double fromPerSecond, double toPerSecond, TimeSpan during)
    {
        // After t seconds from·t + change·t²/2 requests were due. Request n is due when that is n; the equation is solved in
        // the form that is exact where the rate does not change, too.
        var change = (toPerSecond - fromPerSecond) / during.TotalSeconds;
        var total = Math.Round((fromPerSecond + toPerSecond) / 2 * during.TotalSeconds);
        for (var number = 0L; number < total; number++)
        {
            var root = Math.Sqrt(Math.Max(0, (fromPerSecond * fromPerSecond) + (2 * change * number)));
            yield return number == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(2 * number / (fromPerSecond + root));
        }
    }
}
