using System.Collections.Concurrent;
using Gateway.ApiKeys;
using Gateway.Contracts.ApiKeys;

namespace Gateway.Tests.ApiKeys;

/// <summary>A database that can be held up and taken away.</summary>
internal sealed class FakeSource : IApiKeySource
{
    private readonly ConcurrentDictionary<ApiKeyHash, ApiKey> _keys = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _held;
    private int _reads;

    public int Reads => _reads;

    public bool IsUnavailable { get; set; }

    public Task Asked => _asked.Task;

    public ApiKeyHash Add(ApiKey key) => Add(key, ApiKeyFormat.Generate(ApiKeyEnvironment.Live));

    public ApiKeyHash Add(ApiKey key, string text)
    {
        var hash = ApiKeyHash.Of(text);
        _keys[hash] = key;
        return hash;
    }

    public void Remove(ApiKeyHash hash) => _keys.TryRemove(hash, out _);

    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _held!.SetResult();

    public async Task<ApiKey?> ReadAsync(ApiKeyHash hash)
    {
        Interlocked.Increment(ref _reads);
        if (IsUnavailable)
        {
            throw new ApiKeySourceUnavailableException(new TimeoutException());
        }

        // What a query sees is settled when it is asked, not when its answer arrives.
        var key = _keys.GetValueOrDefault(hash);
        _asked.TrySetResult();
        if (_held is { } held)
        {
            await held.Task;
        }

        return key;
    }
}
