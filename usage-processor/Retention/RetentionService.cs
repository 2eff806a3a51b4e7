using Gateway.Hosting.Startup;
using Npgsql;

namespace Gateway.UsageProcessor.Retention;

/// <summary>Drops what is old enough at start and every so often, beside the storing; a failure is tried again soon.</summary>
internal sealed class RetentionService(
    DependencyGate gate, RawUsageRetention retention, RetentionOptions options, TimeProvider timeProvider, ILogger<RetentionService> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestWaitAfterFailure = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.WaitAsync(stoppingToken);
        while (true)
        {
            var wait = options.Interval;
            try
            {
                await retention.RunAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException && !stoppingToken.IsCancellationRequested)
            {
                logger.RetentionFailed(exception.Message);
                wait = wait < LongestWaitAfterFailure ? wait : LongestWaitAfterFailure;
            }

            await Task.Delay(wait, timeProvider, stoppingToken);
        }
    }
}
