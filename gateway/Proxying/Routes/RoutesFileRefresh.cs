namespace Gateway.Proxying.Routes;

/// <summary>Looks at the routes file once a second.</summary>
internal sealed partial class RoutesFileRefresh(RoutesFile file, TimeProvider timeProvider, ILogger<RoutesFileRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (file.Refresh() is { } problem)
            {
                NotTakenOver(file.Path, problem);
            }
        }
    }

    [LoggerMessage(253, LogLevel.Error, "{Path} {Problem}: the last good routes stay")]
    private partial void NotTakenOver(string path, string problem);
}
