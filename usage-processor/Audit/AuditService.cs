using Gateway.Hosting.Startup;
using Npgsql;

namespace Gateway.UsageProcessor.Audit;

/// <summary>Audits every so often, beside the storing; what fails is done the next time.</summary>
internal sealed class AuditService(
    DependencyGate gate, RollupAudit audit, AuditOptions options, TimeProvider timeProvider, ILogger<AuditService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Interval == TimeSpan.Zero)
        {
            return;
        }

        await gate.WaitAsync(stoppingToken);
        long? fullAuditAt = null;
        while (true)
        {
            // Not at once: processors that start together should not all begin with reading three months.
            await Task.Delay(options.Interval, timeProvider, stoppingToken);
            try
            {
                var isFull = fullAuditAt is null || timeProvider.GetElapsedTime(fullAuditAt.Value) >= options.FullInterval;
                await audit.RunAsync(isFull, stoppingToken);
                fullAuditAt = isFull ? timeProvider.GetTimestamp() : fullAuditAt;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException && !stoppingToken.IsCancellationRequested)
            {
                logger.AuditFailed(exception.Message);
            }
        }
    }
}
