using System.Collections.Concurrent;
using Gateway.Contracts.ApiKeys;

namespace Gateway.ApiKeys;

/// <summary>
/// Keys by hash: memory first, then PostgreSQL, with one query however many requests wait for it.
/// While PostgreSQL cannot be asked, keys that are known go on working up to a maximum age, and an unknown key is
/// <see cref="ApiKeyLookupResult.Unavailable"/>: a failed query is never remembered as a "no".
/// </summary>
internal sealed class ApiKeyStore(IApiKeySource source, ApiKeyOptions options, TimeProvider timeProvider)
{
    // While PostgreSQL cannot be asked, a known key is asked for this often and no more.
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ApiKeyHash, Entry> _entries = new();
    private readonly ConcurrentDictionary<ApiKeyHash, Lazy<Task<ApiKeyLookup>>> _loads = new();
    private int _unknownCount;

    // Counts the changes that we were told of. What was read before a change may be from before it: it is not kept.
    private int _changes;

    /// <summary>Looks a key up. Completes at once when it is in memory.</summary>
    public ValueTask<ApiKeyLookup> FindAsync(ApiKeyHash hash)
    {
        if (_entries.TryGetValue(hash, out var entry) && timeProvider.GetElapsedTime(entry.LoadedAt) < entry.FreshFor)
        {
            return ValueTask.FromResult(ApiKeyLookup.Of(entry.Key, timeProvider.GetUtcNow()));
        }

        // Lazy, because GetOrAdd may call its factory more than once, and each call would be a query.
        var load = _loads.GetOrAdd(hash, static (hash, store) => new Lazy<Task<ApiKeyLookup>>(() => store.LoadAsync(hash)), this);
        return new ValueTask<ApiKeyLookup>(load.Value);
    }

    /// <summary>Forgets an organization's keys; the next request with one reads it again.</summary>
    public void Forget(Guid organizationId)
    {
        Interlocked.Increment(ref _changes);
        foreach (var (hash, entry) in _entries)
        {
            // An unknown key may be the one that was just made.
            if (entry.Key is null || entry.Key.OrganizationId == organizationId)
            {
                Remove(hash);
            }
        }
    }

    /// <summary>Reads every key again at its next use, because changes may have been missed. Until then, and while PostgreSQL cannot be asked, it counts as known.</summary>
    public void Distrust()
    {
        Interlocked.Increment(ref _changes);
        foreach (var (hash, entry) in _entries)
        {
            if (entry.Key is null)
            {
                Remove(hash);
            }
            else
            {
                _entries.TryUpdate(hash, entry with { FreshFor = TimeSpan.Zero }, entry);
            }
        }
    }

    private async Task<ApiKeyLookup> LoadAsync(ApiKeyHash hash)
    {
        // Off the caller's stack: the Lazy must have its task before this can remove it again.
        await Task.Yield();
        try
        {
            var changesBefore = Volatile.Read(ref _changes);
            var key = await source.ReadAsync(hash);
            if (changesBefore == Volatile.Read(ref _changes))
            {
                Keep(hash, key);
            }

            return ApiKeyLookup.Of(key, timeProvider.GetUtcNow());
        }
        catch (ApiKeySourceUnavailableException)
        {
            return FindWithoutSource(hash);
        }
        finally
        {
            _loads.TryRemove(hash, out _);
        }
    }

    private ApiKeyLookup FindWithoutSource(ApiKeyHash hash)
    {
        if (!_entries.TryGetValue(hash, out var entry) || entry.Key is null)
        {
            return ApiKeyLookup.Unavailable;
        }

        var age = timeProvider.GetElapsedTime(entry.LoadedAt);
        if (age >= options.MaximumAge)
        {
            return ApiKeyLookup.Unavailable;
        }

        _entries.TryUpdate(hash, entry with { FreshFor = age + RetryAfterFailure }, entry);
        return ApiKeyLookup.Of(entry.Key, timeProvider.GetUtcNow());
    }

    private void Keep(ApiKeyHash hash, ApiKey? key)
    {
        if (key is null)
        {
            if (Volatile.Read(ref _unknownCount) >= options.UnknownMaximum)
            {
                ForgetUnknown();
            }

            Interlocked.Increment(ref _unknownCount);
        }

        Remove(hash);
        _entries[hash] = new Entry(key, timeProvider.GetTimestamp(), key is null ? options.UnknownFor : options.RefreshAfter);
    }

    private void ForgetUnknown()
    {
        foreach (var (hash, entry) in _entries)
        {
            if (entry.Key is null)
            {
                Remove(hash);
            }
        }
    }

    private void Remove(ApiKeyHash hash)
    {
        if (_entries.TryRemove(hash, out var removed) && removed.Key is null)
        {
            Interlocked.Decrement(ref _unknownCount);
        }
    }

    private sealed record Entry(ApiKey? Key, long LoadedAt, TimeSpan FreshFor);
}
