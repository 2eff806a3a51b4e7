using Gateway.Hosting.Startup;
using Npgsql;

namespace Gateway.UsageProcessor.Retention;

/// <summary>Drops what is old enough at start and every so often, beside the storing; what could not be done is tried again soon.</summary>
internal sealed class RetentionService(
    DependencyGate gate, RawUsageRetention retention, RetentionOptions options, TimeProvider timeProvider, ILogger<RetentionService> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestWaitForMore = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.WaitAsync(stoppingToken);
        while (true)
        {
            bool isDone;
            try
            {
                await retention.RunAsync(stoppingToken);
                isDone = !retention.IsBehind;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException && !stoppingToken.IsCancellationRequested)
            {
                logger.RetentionFailed(exception.Message);
                isDone = false;
            }

            await Task.Delay(isDone || options.Interval < LongestWaitForMore ? options.Interval : LongestWaitForMore, timeProvider, stoppingToken);
        }
    }
}
