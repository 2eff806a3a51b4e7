using System.Collections.Concurrent;
using Gateway.RateLimiting.Redis;

namespace Gateway.Quotas;

/// <summary>
/// Gives a counter that Redis has lost, or never had, its beginning: what the ledger has of the month. Where the ledger cannot be
/// read in time the counter begins with what this gateway knows, so that requests go on, and is corrected as soon as it can.
/// </summary>
internal sealed partial class QuotaSeeding(
    QuotaLedger ledger, QuotaCounters counters, WatchedQuotas quotas, QuotaMetrics metrics, ILogger<QuotaSeeding> logger)
{
    private readonly ConcurrentDictionary<(Guid OrganizationId, string Month), Lazy<Task>> _running = new();
    private readonly ConcurrentDictionary<(Guid OrganizationId, string Month), QuotaMonth> _estimates = new();
    private int _isEstimating;

    /// <summary>Counters that this gateway began with an estimate and that nobody is known to have corrected yet.</summary>
    public ICollection<KeyValuePair<(Guid OrganizationId, string Month), QuotaMonth>> Estimates => _estimates;

    /// <summary>
    /// Returns when the counter is there, or when it is certain that this cannot be done now. Never throws, and waits no longer
    /// than the timeouts of the ledger and of Redis. Whoever asks while it is being done waits for the same.
    /// </summary>
    public Task SeedAsync(Guid organizationId, QuotaMonth month) => _running.GetOrAdd(
        (organizationId, month.Name),
        static (key, state) => new Lazy<Task>(() => state.Seeding.SeedOnceAsync(key, state.month)),
        (Seeding: this, month)).Value;

    private async Task SeedOnceAsync((Guid OrganizationId, string Month) key, QuotaMonth month)
    {
        try
        {
            var (used, isEstimate) = await ReadAsync(key.OrganizationId, month);
            await counters.SeedAsync(key.OrganizationId, month, used, isEstimate);
            metrics.Seeded(isEstimate);
            if (isEstimate)
            {
                _estimates[key] = month;
            }
        }
        catch (RedisUnavailableException)
        {
            // Without Redis there is no counter to begin with. Who asked for it finds that out, too.
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    private async Task<(long Used, bool IsEstimate)> ReadAsync(Guid organizationId, QuotaMonth month)
    {
        try
        {
            var used = await ledger.ReadAsync(organizationId, month);
            if (Interlocked.Exchange(ref _isEstimating, 0) != 0)
            {
                LedgerReadAgain();
            }

            return (used, false);
        }
        catch (Exception exception)
        {
            // Whatever it was, it must not fail the request. One line for many organizations.
            if (Interlocked.Exchange(ref _isEstimating, 1) == 0)
            {
                Estimating(exception.Message);
            }

            return (quotas.LastKnown(organizationId, month), true);
        }
    }

    [LoggerMessage(272, LogLevel.Error, "quotas that Redis has lost begin with estimates, the ledger cannot be read: {Reason}")]
    private partial void Estimating(string reason);

    [LoggerMessage(273, LogLevel.Information, "quotas that Redis has lost begin with the ledger again")]
    private partial void LedgerReadAgain();
}
