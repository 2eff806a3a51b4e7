using System.Runtime.CompilerServices;

namespace Gateway.Keygen.Usage;

/// <summary>Hours, days or months one after the other: those between two that were used are there too, with nothing in them.</summary>
internal static class UsageCalendar
{
    /// <param name="used">Ascending.</param>
    /// <param name="by">What they are.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async IAsyncEnumerable<UsagePart> FillAsync(
        IAsyncEnumerable<UsagePart> used, UsageGrouping by, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DateTime? expected = null;
        await foreach (var part in used.WithCancellation(cancellationToken))
        {
            var start = part.Start!.Value;
            for (var missing = expected ?? start; missing < start; missing = Next(missing, by))
            {
                yield return new UsagePart { Start = missing };
            }

            yield return part;
            expected = Next(start, by);
        }
    }

    private static DateTime Next(DateTime start, UsageGrouping by) => by switch
    {
        UsageGrouping.Hour => start.AddHours(1),
        UsageGrouping.Day => start.AddDays(1),
        UsageGrouping.Month => start.AddMonths(1),
        _ => throw new ArgumentOutOfRangeException(nameof(by), by, "is no part of a calendar"),
    };
}
