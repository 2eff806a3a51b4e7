namespace Gateway.Proxying.Retries;

/// <summary>
/// How many requests to a cluster may be tried again: one for ten requests and three more a second, a hundred of them
/// saved up at most, ten to begin with. A backend in trouble gets a tenth more load from us, not twice as much.
/// </summary>
internal sealed class RetryBudget(TimeProvider timeProvider)
{
    // Counted in thousandths of a retry.
    private const long OneRetry = 1_000;
    private const long PerRequest = 100;
    private const long PerSecond = 3 * OneRetry;
    private const long Initial = 10 * OneRetry;
    private const long Maximum = 100 * OneRetry;

    private readonly Lock _gate = new();
    private long _lastRefill = timeProvider.GetTimestamp();
    private long _thousandths = Initial;

    /// <summary>Counts a request that was not a retry itself.</summary>
    public void AddRequest() => Interlocked.Add(ref _thousandths, PerRequest);

    /// <summary>Takes one retry, if there is one.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            var refill = (long)(timeProvider.GetElapsedTime(_lastRefill, now).TotalSeconds * PerSecond);
            if (refill > 0)
            {
                _lastRefill = now;
            }

            // Requests are counted meanwhile: what is over the maximum is taken off, the rest left alone.
            var balance = Interlocked.Add(ref _thousandths, Math.Min(refill, Maximum));
            var excess = Math.Max(0, balance - Maximum);
            var cost = balance - excess >= OneRetry ? OneRetry : 0;
            Interlocked.Add(ref _thousandths, -excess - cost);
            return cost > 0;
        }
    }
}
