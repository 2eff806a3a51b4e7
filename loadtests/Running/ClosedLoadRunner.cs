namespace Gateway.LoadTests.Running;

/// <summary>
/// Clients that each send their next request when the last one was answered (a closed model): shows how much gets through.
/// Latencies count from when a request was sent.
/// </summary>
internal sealed class ClosedLoadRunner(Uri[] urls, int clients, TimeSpan during, string key, TimeProvider timeProvider)
{
    private readonly LoadRecord _record = new();

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        using var client = LoadRunner.CreateClient(key);
        var started = timeProvider.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(number => SendAsync(client, number, started, cancellationToken)));
        return _record.ToResult(timeProvider.GetElapsedTime(started));
    }

    private async Task SendAsync(HttpClient client, int number, long started, CancellationToken cancellationToken)
    {
        for (var request = number; timeProvider.GetElapsedTime(started) < during && !cancellationToken.IsCancellationRequested; request++)
        {
            var sent = timeProvider.GetTimestamp();
            await _record.AddAsync(client, urls[request % urls.Length], () => timeProvider.GetElapsedTime(sent));
        }
    }
}
