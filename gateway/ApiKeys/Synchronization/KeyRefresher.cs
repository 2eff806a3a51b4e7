using Gateway.ApiKeys.Memory;
using Gateway.Hosting.Startup;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>
/// Reads all keys at start, then every quarter of an hour in case that anything was missed, and when rows have
/// disappeared, which no change tells of. The gateway is not ready before it has been through once.
/// </summary>
internal sealed partial class KeyRefresher(
    KeyReader reader, KeyTable table, ApiKeyOptions options, TimeProvider timeProvider, ILogger<KeyRefresher> logger)
    : BackgroundService, IDependency
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Signal _requested = new();
    private string _lastFailure = "they are being read";
    private long _refreshedVersion;

    public string Name => "API keys in memory";

    /// <summary>Completes when all keys have been read once.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>The version that everything was last read at.</summary>
    public long RefreshedVersion => Volatile.Read(ref _refreshedVersion);

    /// <summary>Reads everything again soon.</summary>
    public void Request() => _requested.Set();

    public Task CheckAsync(CancellationToken cancellationToken) =>
        _loaded.Task.IsCompletedSuccessfully ? Task.CompletedTask : throw new InvalidOperationException(_lastFailure);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFailing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var started = timeProvider.GetTimestamp();
                Volatile.Write(ref _refreshedVersion, await reader.RefreshAsync(table).WaitAsync(stoppingToken));
                isFailing = false;
                SetLoaded(timeProvider.GetElapsedTime(started));
                await _requested.WaitAsync(options.RefreshInterval, timeProvider, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was, the next time may go well: a gateway without this loop would only grow stale.
                _lastFailure = exception.Message;
                if (!isFailing && _loaded.Task.IsCompleted)
                {
                    KeysNotRead(exception.Message);
                }

                isFailing = true;
                await Task.Delay(RetryInterval, timeProvider, stoppingToken);
            }
        }
    }

    private void SetLoaded(TimeSpan duration)
    {
        if (_loaded.TrySetResult())
        {
            KeysLoaded(table.Count, Math.Round(duration.TotalMilliseconds));
        }
    }

    [LoggerMessage(204, LogLevel.Information, "{Count} API keys read in {Milliseconds} ms")]
    private partial void KeysLoaded(int count, double milliseconds);

    [LoggerMessage(205, LogLevel.Error, "all API keys could not be read again, what is known goes on: {Reason}")]
    private partial void KeysNotRead(string reason);
}
