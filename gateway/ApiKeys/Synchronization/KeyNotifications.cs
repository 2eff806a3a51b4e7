using Npgsql;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>Listens to PostgreSQL's notifications that an organization, its keys, limits or backend have changed.</summary>
internal sealed partial class KeyNotifications(
    KeyDatabase database, KeySynchronizer synchronizer, KeyRefresher refresher, TimeProvider timeProvider, ILogger<KeyNotifications> logger)
    : BackgroundService
{
    private const string Channel = "organization_changed";

    private static readonly TimeSpan ReconnectInterval = TimeSpan.FromSeconds(1);

    // A connection that was cut without a word is noticed by asking now and then.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);

    // Stopping waits for it.
    private const int ProbeTimeoutSeconds = 2;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await refresher.Loaded.WaitAsync(stoppingToken);
        var isBroken = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenAsync();
                connection.Notification += (_, _) => synchronizer.Wake();
                await ExecuteAsync(connection, $"LISTEN {Channel}");

                // What happened before is told to nobody.
                synchronizer.Wake();
                if (isBroken)
                {
                    isBroken = false;
                    ListeningAgain();
                }

                while (true)
                {
                    if (!await connection.WaitAsync(ProbeInterval, stoppingToken))
                    {
                        await ExecuteAsync(connection, "SELECT 1");
                    }
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // A server that hung until the end, too: nobody listens any more.
                return;
            }
            catch (Exception exception)
            {
                if (!isBroken)
                {
                    isBroken = true;
                    ListeningBroken(exception.Message);
                }

                await Task.Delay(ReconnectInterval, timeProvider, stoppingToken);
            }
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = ProbeTimeoutSeconds };
        await command.ExecuteNonQueryAsync();
    }

    [LoggerMessage(202, LogLevel.Warning, "no notifications from PostgreSQL, changes of keys and limits arrive some seconds late: {Reason}")]
    private partial void ListeningBroken(string reason);

    [LoggerMessage(203, LogLevel.Information, "notifications from PostgreSQL arrive again")]
    private partial void ListeningAgain();
}
