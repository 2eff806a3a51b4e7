namespace Gateway.RateLimiting;

/// <summary>What the buckets said to one request.</summary>
/// <param name="Policy">The buckets that were asked.</param>
/// <param name="IsAllowed">Whether the request may go on; its cost has then been taken from every bucket.</param>
/// <param name="RetryAfterMilliseconds">When refused: after how long a retry succeeds if nobody else spends.</param>
/// <param name="States">Each bucket after the decision, in the policy's order.</param>
internal sealed record RateLimitDecision(RateLimitPolicy Policy, bool IsAllowed, long RetryAfterMilliseconds, BucketState[] States)
{
    /// <summary>The bucket that has the least left, and of equals the slower one: it refuses first, or has refused.</summary>
    public int TightestIndex
    {
        get
        {
            var tightest = 0;
            for (var index = 1; index < States.Length; index++)
            {
                var (remaining, fullIn) = States[index];
                if (remaining < States[tightest].Remaining
                    || (remaining == States[tightest].Remaining && fullIn > States[tightest].FullInMilliseconds))
                {
                    tightest = index;
                }
            }

            return tightest;
        }
    }

    /// <summary>Whole seconds, rounded up so that a retry at exactly that time succeeds.</summary>
    public int RetryAfterSeconds => ToSeconds(RetryAfterMilliseconds);

    /// <summary>Milliseconds as whole seconds, rounded up.</summary>
    public static int ToSeconds(long milliseconds) => (int)Math.Min(int.MaxValue, (milliseconds + 999) / 1000);
}

/// <summary>A bucket after a decision.</summary>
/// <param name="Remaining">Whole units left.</param>
/// <param name="FullInMilliseconds">Until it is full again if nobody spends.</param>
internal readonly record struct BucketState(long Remaining, long FullInMilliseconds);
