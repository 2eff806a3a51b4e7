namespace Gateway.LoadTests.Running;

/// <summary>
/// Runs a scenario. A request's latency counts from the moment it was due, not from when it was sent: a server that
/// stalls is charged for everything that piled up meanwhile (no coordinated omission).
/// </summary>
internal sealed class LoadRunner(SteadyScenario scenario, string key, TimeProvider timeProvider)
{
    private readonly LoadRecord _record = new();

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        using var client = CreateClient(key);
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

            requests.Add(_record.AddAsync(
                client, scenario.Urls[number % scenario.Urls.Length], () => timeProvider.GetElapsedTime(started) - due));
        }

        await Task.WhenAll(requests);
        return _record.ToResult(timeProvider.GetElapsedTime(started));
    }

    /// <summary>A client that sends a key, and keeps its connections.</summary>
    public static HttpClient CreateClient(string key) => new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan })
    {
        DefaultRequestHeaders = { Authorization = new("Bearer", key) },
    };
}
