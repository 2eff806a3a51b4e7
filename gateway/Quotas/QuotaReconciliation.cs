namespace Gateway.Quotas;

/// <summary>
/// Keeps the counters in Redis in step with the ledger. One that is below it is raised at once, for the first time within a
/// second or two of an organization's first request. What one is above it is mostly on its way to the ledger, so it is taken
/// away only when it has stood for an hour and the ledger is known to be up to date: something of the organization that
/// happened after the counter last grew has arrived.
/// </summary>
/// <remarks>
/// Limits of that: events of another gateway that alone cannot reach Kafka, and streams that last longer than the hour, are
/// not seen. What was taken away wrongly comes back with their events, at the next round. A counter that grew without any event
/// is corrected only when the organization has sent another request, be it one that was refused.
/// </remarks>
internal sealed partial class QuotaReconciliation(
    WatchedQuotas quotas,
    QuotaSeeding seeding,
    QuotaLedger ledger,
    QuotaCounters counters,
    QuotaMetrics metrics,
    QuotaOptions options,
    TimeProvider timeProvider,
    ILogger<QuotaReconciliation> logger) : BackgroundService
{
    private const int FailuresOfServers = 3;

    // Of what cannot wait for a round.
    private static readonly TimeSpan ShortInterval = TimeSpan.FromSeconds(1);

    // As many as the ledger has connections, less those that requests may need.
    private static readonly ParallelOptions InParallel = new() { MaxDegreeOfParallelism = QuotaLedger.MaximumConnections / 2 };

    private bool _isFailing;

    // Others are kept away for most of a round; a round that begins a little early is let through.
    private TimeSpan Turn => options.ReconcileInterval * 0.75;

    // Between looks that are further apart, nobody knows whether an excess has stood.
    private TimeSpan LongestGap => options.ReconcileInterval * 5 > options.ExcessDuration / 4
        ? options.ReconcileInterval * 5
        : options.ExcessDuration / 4;

    // Long enough for an excess of an organization that has fallen silent to be seen from its beginning to its end.
    private int RoundsOfSilence => (int)Math.Ceiling(options.ExcessDuration / options.ReconcileInterval * 1.5) + 2;

    /// <summary>Compares every watched counter with the ledger that is not another gateway's turn.</summary>
    public Task ReconcileAsync() => UntilFailureAsync(quotas.All, async quota =>
    {
        if (quota.BeginRound() > RoundsOfSilence)
        {
            quotas.Forget(quota);
        }
        else if (quota.Use is { } use)
        {
            return await ReconcileAsync(quota, use.Month);
        }

        return false;
    });

    /// <summary>
    /// Compares the counters that this gateway has begun to watch: one from before a quota was taken away, or from before all
    /// gateways were stopped, may be far below the ledger, and hundreds of thousands of units can be spent in a minute.
    /// </summary>
    public Task ReconcileNewAsync() => UntilFailureAsync(
        quotas.TakeNew(), async quota => quota.Use is { } use && await ReconcileAsync(quota, use.Month));

    /// <summary>Compares the counters that this gateway began with an estimate.</summary>
    public Task ReconcileEstimatesAsync() => UntilFailureAsync(seeding.Estimates, async estimate =>
    {
        var drift = await ReconcileAsync(estimate.Key.OrganizationId, estimate.Value);
        seeding.Estimates.Remove(estimate);
        return drift is not null;
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reconciledAt = timeProvider.GetTimestamp();
        using var timer = new PeriodicTimer(ShortInterval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await ReconcileEstimatesAsync().WaitAsync(stoppingToken);
            await ReconcileNewAsync().WaitAsync(stoppingToken);
            if (timeProvider.GetElapsedTime(reconciledAt) >= options.ReconcileInterval)
            {
                reconciledAt = timeProvider.GetTimestamp();
                await ReconcileAsync().WaitAsync(stoppingToken);
            }
        }
    }

    private async Task<bool> ReconcileAsync(WatchedQuota quota, QuotaMonth month)
    {
        var drift = await ReconcileAsync(quota.OrganizationId, month);
        quota.Drift = drift ?? 0;
        return drift is not null;
    }

    /// <returns>Units by which the counter was above the ledger; null where it is not ours to say.</returns>
    private async Task<long?> ReconcileAsync(Guid organizationId, QuotaMonth month)
    {
        var now = timeProvider.GetUtcNow();
        if (await counters.LookAsync(organizationId, month, now, Turn) is not { } look)
        {
            return null;
        }

        var use = await ledger.ReadAsync(organizationId, month, look.GrownAt);
        var seenBefore = look.SinceLookBefore(now) > LongestGap ? -1 : look.SeenBefore;
        var correction = await counters.SettleAsync(organizationId, month, use, seenBefore, now, options.ExcessDuration);
        if (correction.Added != 0)
        {
            metrics.Corrected(correction.Added);
            CounterCorrected(organizationId, month.Name, correction.Added, correction.Used);
        }

        return look.Used - use.Units;
    }

    /// <summary>
    /// Servers that fail several times in a row would fail for all: the rest waits for the next round. Organizations that fail
    /// by themselves, be it for the size of their ledgers or for what their keys hold, keep nobody waiting.
    /// </summary>
    /// <param name="all">What to compare.</param>
    /// <param name="reconcileAsync">Answers whether both servers did their part: what asks nobody shows nothing of them.</param>
    private async Task UntilFailureAsync<T>(IEnumerable<T> all, Func<T, Task<bool>> reconcileAsync)
    {
        var (successes, failuresInARow) = (0, 0);
        string? reason = null;
        await Parallel.ForEachAsync(all, InParallel, async (one, _) =>
        {
            if (Volatile.Read(ref failuresInARow) >= FailuresOfServers)
            {
                return;
            }

            try
            {
                if (await reconcileAsync(one))
                {
                    Volatile.Write(ref failuresInARow, 0);
                }

                Interlocked.Increment(ref successes);
            }
            catch (Exception exception)
            {
                // Whatever it was: this is not worth the gateway, which would stop with this loop.
                reason = exception.Message;
                Interlocked.Increment(ref failuresInARow);
            }
        });

        if (reason is not null && !_isFailing)
        {
            NotReconciled(reason);
        }

        // Nobody to be compared is no news.
        _isFailing = reason is not null || (_isFailing && successes == 0);
    }

    [LoggerMessage(274, LogLevel.Information, "a quota's counter was corrected by the ledger: organization {OrganizationId}, {Month}, by {Added} to {Used} units")]
    private partial void CounterCorrected(Guid organizationId, string month, long added, long used);

    [LoggerMessage(275, LogLevel.Error, "quotas could not be compared with the ledger, it is tried again: {Reason}")]
    private partial void NotReconciled(string reason);
}
