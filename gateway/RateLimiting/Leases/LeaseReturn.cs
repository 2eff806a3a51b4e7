namespace Gateway.RateLimiting.Leases;

/// <summary>
/// Gives back what nobody spends any more, so that other gateways can spend it, and tells Redis
/// what it would otherwise hear with their next request only. A gateway that ends gives everything back.
/// </summary>
internal sealed partial class LeaseReturn(RateLimiter limiter, TimeProvider timeProvider, ILogger<LeaseReturn> logger) : BackgroundService
{
    // With the interval, unspent units are back within a second.
    private const long SilenceMilliseconds = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ForgetInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    // After an outage thousands have something to tell: all at once they would take Redis out again.
    private static readonly ParallelOptions FewAtATime = new() { MaxDegreeOfParallelism = 16 };

    private bool _isFailing;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await ReturnAsync(silence: 0);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var forgotAt = timeProvider.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await ReturnAsync(SilenceMilliseconds);
            if (timeProvider.GetElapsedTime(forgotAt) >= ForgetInterval)
            {
                limiter.Forget(ForgetAfter);
                forgotAt = timeProvider.GetTimestamp();
            }
        }
    }

    private async Task ReturnAsync(long silence)
    {
        try
        {
            await Parallel.ForEachAsync(
                limiter.WithNews.Keys,
                FewAtATime,
                async (organization, _) => await limiter.ReturnAsync(organization, silence));
            _isFailing = false;
        }
        catch (Exception exception)
        {
            // Whatever it was: this is not worth the gateway, which would stop with this loop. Leases lapse by themselves.
            if (!_isFailing)
            {
                _isFailing = true;
                NotReturned(exception.Message);
            }
        }
    }

    [LoggerMessage(212, LogLevel.Error, "leases could not be given back, it is tried again: {Reason}")]
    private partial void NotReturned(string reason);
}
