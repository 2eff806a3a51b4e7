using Gateway.Hosting.Startup;
using Npgsql;

namespace Gateway.UsageProcessor.Backlog;

/// <summary>Keeps the metrics of the backlog fresh, beside the storing: a scrape asks no database.</summary>
internal sealed class BacklogService(
    DependencyGate gate, BacklogReader reader, BacklogMetrics metrics, TimeProvider timeProvider, ILogger<BacklogService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly MissingSequences _missing = new(timeProvider);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.WaitAsync(stoppingToken);
        while (true)
        {
            try
            {
                var (sources, deadLetters) = await reader.ReadAsync(stoppingToken);
                metrics.Set(_missing.Count(sources), deadLetters);
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException && !stoppingToken.IsCancellationRequested)
            {
                // What was read last stands; that the database is away, others say louder.
                logger.BacklogNotRead(exception.Message);
            }

            await Task.Delay(Interval, timeProvider, stoppingToken);
        }
    }
}
