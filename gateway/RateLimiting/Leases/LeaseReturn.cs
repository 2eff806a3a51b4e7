namespace Gateway.RateLimiting.Leases;

/// <summary>
/// Gives back what nobody spends any more, so that other gateways can spend it, and tells Redis
/// what it would otherwise hear with their next request only. A gateway that ends gives everything back.
/// </summary>
internal sealed class LeaseReturn(RateLimiter limiter, TimeProvider timeProvider) : BackgroundService
{
    // With the interval, unspent units are back within a second.
    private const long SilenceMilliseconds = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ForgetInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

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

    private Task ReturnAsync(long silence) =>
        Task.WhenAll(limiter.WithNews.Keys.Select(organization => limiter.ReturnAsync(organization, silence)));
}
