using System.Collections.Concurrent;

namespace Gateway.LoadTests.Running;

/// <summary>Sends requests and keeps what came back.</summary>
internal sealed class LoadRecord
{
    private readonly ConcurrentBag<double> _latencies = [];
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private int _errors;

    /// <param name="client">Sends the key.</param>
    /// <param name="url">What is asked for.</param>
    /// <param name="readLatency">Asked when the answer has ended.</param>
    public async Task AddAsync(HttpClient client, Uri url, Func<TimeSpan> readLatency)
    {
        try
        {
            using var response = await client.GetAsync(url);
            await response.Content.CopyToAsync(Stream.Null);
            _statuses.AddOrUpdate((int)response.StatusCode, 1, static (_, count) => count + 1);
            _latencies.Add(readLatency().TotalMilliseconds);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            Interlocked.Increment(ref _errors);
        }
    }

    public LoadResult ToResult(TimeSpan elapsed) =>
        new([.. _latencies.Order()], _statuses.OrderBy(status => status.Key).ToDictionary(), _errors, elapsed);
}
