using Gateway.Hosting.Startup;
using Npgsql;

namespace Gateway.ApiKeys;

/// <summary>
/// Listens to PostgreSQL's notifications that an organization, its keys or its limits have changed, and has the store
/// forget what it knows of it: a revoked key stops at once. After a break in the connection nothing that is in
/// memory is trusted without another look, because notifications are not kept for those who are away.
/// </summary>
internal sealed partial class ApiKeyChangeListener(
    NpgsqlDataSource dataSource, ApiKeyStore store, DependencyGate gate, TimeProvider timeProvider, ILogger<ApiKeyChangeListener> logger)
    : BackgroundService
{
    private const string Channel = "organization_changed";

    private static readonly TimeSpan ReconnectInterval = TimeSpan.FromSeconds(1);

    // A connection that was cut without a word is noticed by asking now and then.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.WaitAsync(stoppingToken);
        var isBroken = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, notification) => OnChanged(notification.Payload);
                await ExecuteAsync(connection, $"LISTEN {Channel}", stoppingToken);
                store.Distrust();
                if (isBroken)
                {
                    isBroken = false;
                    ListeningAgain();
                }

                while (true)
                {
                    if (!await connection.WaitAsync(ProbeInterval, stoppingToken))
                    {
                        await ExecuteAsync(connection, "SELECT 1", stoppingToken);
                    }
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
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

    private void OnChanged(string payload)
    {
        if (Guid.TryParse(payload, out var organizationId))
        {
            store.Forget(organizationId);
        }
        else
        {
            store.Distrust();
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = (int)ProbeInterval.TotalSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(202, LogLevel.Warning, "no notifications from PostgreSQL, changes of keys and limits arrive late: {Reason}")]
    private partial void ListeningBroken(string reason);

    [LoggerMessage(203, LogLevel.Information, "notifications from PostgreSQL arrive again")]
    private partial void ListeningAgain();
}
