using System.Collections.Concurrent;
using Gateway.ApiKeys;
using Gateway.ApiKeys.Memory;
using Gateway.Contracts.ApiKeys;
using Gateway.Organizations;

namespace Gateway.Tests.ApiKeys;

/// <summary>A database that can be held up and taken away.</summary>
internal sealed class FakeSource : IApiKeySource
{
    private readonly ConcurrentDictionary<ApiKeyHash, (ApiKeyRow Key, OrganizationTerms Organization)> _keys = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _held;
    private int _reads;

    public int Reads => _reads;

    public bool IsUnavailable { get; set; }

    /// <summary>The version of the configuration that answers carry.</summary>
    public long Version { get; set; } = 1;

    public Task Asked => _asked.Task;

    public ApiKeyHash Add(DateTimeOffset? usableUntil = null, bool isSuspended = false)
    {
        var organization = Rows.Organization(Guid.NewGuid(), Version, !isSuspended);
        var key = Rows.Key(organization.OrganizationId, version: Version, usableUntil: usableUntil);
        _keys[key.Hash] = (key, organization);
        return key.Hash;
    }

    public void Remove(ApiKeyHash hash) => _keys.TryRemove(hash, out _);

    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _held!.SetResult();

    public async Task<KeyAnswer> ReadAsync(ApiKeyHash hash)
    {
        Interlocked.Increment(ref _reads);
        if (IsUnavailable)
        {
            throw new ApiKeySourceUnavailableException(new TimeoutException());
        }

        // What a query sees is settled when it is asked, not when its answer arrives.
        var answer = _keys.TryGetValue(hash, out var found)
            ? new KeyAnswer(Version, found.Key, found.Organization)
            : new KeyAnswer(Version, Key: null, Organization: null);
        _asked.TrySetResult();
        if (_held is { } held)
        {
            await held.Task;
        }

        return answer;
    }
}
