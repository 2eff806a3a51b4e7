using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>Sends events, each batch after the acknowledgement of the one before, until it is told to end.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private const int BatchSize = 20;

    private readonly CancellationTokenSource _ending = new();
    private readonly Task<int> _sending;

    public EventStream(UsageTopic topic) => _sending = SendAsync(topic, _ending.Token);

    /// <summary>Answers how many were sent.</summary>
    public async Task<int> EndAsync()
    {
        await _ending.CancelAsync();
        return await _sending;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _ending.Dispose();
    }

    private static async Task<int> SendAsync(UsageTopic topic, CancellationToken ending)
    {
        var sent = 0;
        while (!ending.IsCancellationRequested)
        {
            UsageEvent[] batch = [.. Enumerable.Range(sent + 1, BatchSize).Select(SampleEvents.One)];
            await topic.SendAsync(batch);
            sent += batch.Length;
        }

        return sent;
    }
}
