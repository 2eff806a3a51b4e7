using System.Collections.Concurrent;

namespace Gateway.LoadTests.Running;

/// <summary>
/// Runs a scenario. A request's latency counts from the moment it was due, not from when it was sent: a server that
/// stalls is charged for everything that piled up meanwhile (no coordinated omission).
/// </summary>
internal sealed class LoadRunner(SteadyScenario scenario, string key, TimeProvider timeProvider)
{
    private readonly ConcurrentBag<double> _latencies = [];
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private int _errors;

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan });
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var requests = new List<Task>();
        var started = timeProvider.GetTimestamp();
        var total = (long)(scenario.Rate * scenario.During.TotalSeconds);
        for (long number = 0; number < total && !cancellationToken.IsCancellationRequested; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / scenario.Rate);
            var early = due - timeProvider.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, timeProvider, CancellationToken.None);
            }

            requests.Add(SendAsync(client, started, due));
        }

        await Task.WhenAll(requests);
        return new LoadResult(
            [.. _latencies.Order()],
            _statuses.OrderBy(status => status.Key).ToDictionary(),
            _errors,
            timeProvider.GetElapsedTime(started));
    }

    private async Task SendAsync(HttpClient client, long started, TimeSpan due)
    {
        try
        {
            using var response = await client.GetAsync(scenario.Url);
            await response.Content.CopyToAsync(Stream.Null);
            _statuses.AddOrUpdate((int)response.StatusCode, 1, static (_, count) => count + 1);
            _latencies.Add((timeProvider.GetElapsedTime(started) - due).TotalMilliseconds);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            Interlocked.Increment(ref _errors);
        }
    }
}
