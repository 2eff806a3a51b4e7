using System.Threading.Channels;
using Npgsql;

namespace Gateway.Quotas;

/// <summary>
/// Writes alerts, never in a request's way, and again and again until they are written. Of all gateways that see a threshold
/// reached the one whose row PostgreSQL takes logs it: one row and one line for an organization, month, quota and threshold.
/// </summary>
/// <remarks>
/// A row whose confirmation is lost with its connection is there and was logged by nobody: rows are what to count, the log is to
/// be told. A gateway that is killed loses what it has not written; any other that sees the counter raises it again.
/// No query gets a cancellation token, see KeyDatabase.
/// </remarks>
internal sealed partial class QuotaAlerts(NpgsqlDataSource dataSource, TimeProvider timeProvider, ILogger<QuotaAlerts> logger)
    : BackgroundService
{
    private const string Insert =
        """
        INSERT INTO quota_alerts (organization_id, month_start, quota_units, threshold, used_units) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
        """;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);

    // Two for each month of a watched organization at most, so it needs no bound of its own.
    private readonly Channel<QuotaAlert> _raised =
        Channel.CreateUnbounded<QuotaAlert>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>An alert to be written. Returns at once.</summary>
    public void Raise(in QuotaAlert alert) => _raised.Writer.TryWrite(alert);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAllAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _raised.Reader.WaitToReadAsync(stoppingToken))
        {
            if (!await WriteAllAsync(stoppingToken))
            {
                await Task.Delay(RetryInterval, timeProvider, stoppingToken);
            }
        }
    }

    private async Task<bool> WriteAllAsync(CancellationToken cancellationToken)
    {
        while (_raised.Reader.TryPeek(out var alert))
        {
            try
            {
                var isFirst = await WriteAsync(alert).WaitAsync(WriteTimeout, timeProvider, cancellationToken);
                if (isFirst)
                {
                    ThresholdReached(alert.Threshold, alert.OrganizationId, alert.UsedUnits, alert.QuotaUnits, alert.MonthStart.UtcDateTime);
                }
            }
            catch (Exception exception)
            {
                // Whatever it was: this is not worth the gateway, which would stop with this loop.
                AlertNotWritten(exception.Message);
                return false;
            }

            _raised.Reader.TryRead(out _);
        }

        return true;
    }

    private async Task<bool> WriteAsync(QuotaAlert alert)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Insert, connection)
        {
            Parameters =
            {
                new() { Value = alert.OrganizationId },
                new() { Value = alert.MonthStart.UtcDateTime },
                new() { Value = alert.QuotaUnits },
                new() { Value = alert.Threshold },
                new() { Value = alert.UsedUnits },
            },
        };
        return await command.ExecuteNonQueryAsync() == 1;
    }

    [LoggerMessage(270, LogLevel.Warning, "{Threshold} % of a quota are used: organization {OrganizationId}, {Used} of {Quota} units of the month from {MonthStart:o}")]
    private partial void ThresholdReached(int threshold, Guid organizationId, long used, long quota, DateTime monthStart);

    [LoggerMessage(271, LogLevel.Warning, "an alert about a quota could not be written, it is tried again: {Reason}")]
    private partial void AlertNotWritten(string reason);
}
