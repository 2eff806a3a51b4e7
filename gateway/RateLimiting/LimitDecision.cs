using System.Numerics;
using Gateway.RateLimiting.Limits;

namespace Gateway.RateLimiting;

/// <summary>What the limits said to one request.</summary>
internal struct LimitDecision
{
    /// <summary>No retry will ever succeed: the request costs more than the limit can hold.</summary>
    public const long Never = -1;

    /// <summary>No limit refused.</summary>
    public const int Nobody = -1;

    /// <summary>The limits that were asked; null where nobody asked.</summary>
    public RequestLimits? Limits { get; init; }

    /// <summary>What the request costs; it has been taken from every limit where the request may go on.</summary>
    public long Units { get; init; }

    /// <summary>Who decided.</summary>
    public DecidedBy By { get; set; }

    /// <summary>The limit that refused, by its place; <see cref="Nobody"/> where the request may go on. Of several, the one that lasts longest.</summary>
    public int RefusedBy { get; set; }

    /// <summary>When refused: after how long a retry succeeds if nobody else spends, or <see cref="Never"/>.</summary>
    public long RetryAfterMilliseconds { get; set; }

    /// <summary>The limits that would have refused if they were enforced, a bit each.</summary>
    public int WouldRefuse { get; set; }

    /// <summary>Each limit after the decision.</summary>
    public LimitStates States;

    public readonly bool IsAllowed => RefusedBy == Nobody && By != DecidedBy.Closed;

    /// <summary>The name of the limit that the request was over, also where it only counts; null for none.</summary>
    public readonly string? OverLimit
    {
        get
        {
            var index = RefusedBy != Nobody ? RefusedBy : WouldRefuse != 0 ? BitOperations.TrailingZeroCount(WouldRefuse) : Nobody;
            return Limits is null || index == Nobody ? null : Limits.Limits[index].Name;
        }
    }

    /// <summary>Whole seconds, rounded up so that a retry at exactly that time succeeds; null where none ever will.</summary>
    public readonly int? RetryAfterSeconds => RetryAfterMilliseconds == Never ? null : ToSeconds(RetryAfterMilliseconds);

    /// <summary>Nobody has refused yet.</summary>
    public static LimitDecision Of(RequestLimits limits, long units, DecidedBy by) =>
        new() { Limits = limits, Units = units, By = by, RefusedBy = Nobody };

    /// <summary>Milliseconds as whole seconds, rounded up.</summary>
    public static int ToSeconds(long milliseconds) => (int)Math.Min(int.MaxValue, (milliseconds + 999) / 1000);

    /// <summary>A limit has not enough.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="waitMilliseconds">Until it has, or <see cref="Never"/>.</param>
    public void Refuse(int index, long waitMilliseconds)
    {
        if (!Limits!.Limits[index].Refuses)
        {
            WouldRefuse |= 1 << index;
        }
        else if (RefusedBy == Nobody || waitMilliseconds == Never || (RetryAfterMilliseconds != Never && waitMilliseconds > RetryAfterMilliseconds))
        {
            RefusedBy = index;
            RetryAfterMilliseconds = waitMilliseconds;
        }
    }

    /// <summary>
    /// The limit that a client should look at first: the one that refused, else of those that are shown the one with the
    /// least left, and of equals the slower one; <see cref="Nobody"/> where none is shown.
    /// </summary>
    public readonly int TightestIndex()
    {
        if (RefusedBy != Nobody)
        {
            return RefusedBy;
        }

        var tightest = Nobody;
        for (var index = 0; index < Limits!.Limits.Length; index++)
        {
            if (Limits.Limits[index].IsShown && (tightest == Nobody || IsTighter(States[index], States[tightest])))
            {
                tightest = index;
            }
        }

        return tightest;
    }

    private static bool IsTighter(LimitState one, LimitState other) =>
        one.Remaining < other.Remaining || (one.Remaining == other.Remaining && one.FullInMilliseconds > other.FullInMilliseconds);
}
