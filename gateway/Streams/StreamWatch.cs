using Gateway.ApiKeys;
using Gateway.ApiKeys.Synchronization;
using Gateway.Draining;

namespace Gateway.Streams;

/// <summary>
/// Closes streams whose key has stopped working, and those that are left when the gateway stops. A key that cannot be
/// checked counts as working for as long as it would for a new request: <see cref="ApiKeyOptions.MaximumAge"/> after
/// PostgreSQL last knew it.
/// </summary>
internal sealed partial class StreamWatch(
    OpenStreams streams,
    ApiKeyStore keys,
    KeyFreshness freshness,
    ApiKeyOptions keyOptions,
    StreamOptions options,
    DrainService draining,
    TimeProvider timeProvider,
    ILogger<StreamWatch> logger)
    : BackgroundService
{
    private readonly List<(OpenStream Stream, ValueTask<ApiKeyLookup> Lookup)> _waiting = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The server waits for its requests before it stops us, so the stop has to be heard where it begins.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, draining.Ended);
        using var timer = new PeriodicTimer(StreamOptions.CheckInterval, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                if (options.CloseOnRevocation && !streams.IsEmpty)
                {
                    await CheckAsync();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await DrainAsync(stoppingToken);
        }
    }

    private async Task CheckAsync()
    {
        foreach (var stream in streams.All)
        {
            if (stream.KeyHash is not { } hash)
            {
                continue;
            }

            var lookup = keys.FindAgainAsync(hash);
            if (lookup.IsCompletedSuccessfully)
            {
                Judge(stream, lookup.Result);
            }
            else
            {
                _waiting.Add((stream, lookup));
            }
        }

        foreach (var (stream, lookup) in _waiting)
        {
            Judge(stream, await lookup);
        }

        _waiting.Clear();
    }

    private void Judge(OpenStream stream, ApiKeyLookup lookup)
    {
        if (lookup.Result == ApiKeyLookupResult.Found)
        {
            // In memory it is as fresh as all the others there; past their age PostgreSQL has just been asked.
            stream.ConfirmedAt = freshness.IsGiven ? freshness.ConfirmedAt : timeProvider.GetTimestamp();
        }
        else if (lookup.Result == ApiKeyLookupResult.Refused
            || timeProvider.GetElapsedTime(stream.ConfirmedAt) >= keyOptions.MaximumAge)
        {
            stream.Close();
            KeyStopped(stream.RequestId);
        }
    }

    private async Task DrainAsync(CancellationToken stoppingToken)
    {
        var started = timeProvider.GetTimestamp();
        using var timer = new PeriodicTimer(StreamOptions.CheckInterval, timeProvider);
        while (!stoppingToken.IsCancellationRequested && !streams.IsEmpty && timeProvider.GetElapsedTime(started) < options.DrainTime)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        var closed = 0;
        foreach (var stream in streams.All)
        {
            stream.Close();
            closed++;
        }

        if (closed > 0)
        {
            StreamsClosed(closed);
        }
    }

    [LoggerMessage(242, LogLevel.Information, "the stream of request {RequestId} was closed: its key no longer works")]
    private partial void KeyStopped(Guid requestId);

    [LoggerMessage(243, LogLevel.Information, "{Count} streams were closed because the gateway stops")]
    private partial void StreamsClosed(int count);
}
