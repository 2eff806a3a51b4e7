using System.Collections.Concurrent;
using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Synchronization;
using Gateway.Contracts.ApiKeys;

namespace Gateway.ApiKeys;

/// <summary>
/// Keys by hash: memory first, then PostgreSQL, with one query however many requests wait for it.
/// While PostgreSQL cannot be asked, keys that are known go on working up to a maximum age, and an unknown key is
/// <see cref="ApiKeyLookupResult.Unavailable"/>: a failed query is never remembered as a "no".
/// </summary>
internal sealed class ApiKeyStore(IApiKeySource source, KeyTable table, UnknownKeys unknown, KeyFreshness freshness, TimeProvider timeProvider)
{
    // An answer is in vain when a change is applied while it is under way. Several in a row are no coincidence.
    private const int MaximumAttempts = 5;

    private readonly ConcurrentDictionary<ApiKeyHash, Lazy<Task<ApiKeyLookup>>> _loads = new();

    /// <summary>Looks a key up. Completes at once, without allocation, when it is in memory.</summary>
    public ValueTask<ApiKeyLookup> FindAsync(ApiKeyHash hash)
    {
        if (TryFindInMemory(hash, out var lookup))
        {
            return ValueTask.FromResult(lookup);
        }

        // Lazy, because GetOrAdd may call its factory more than once, and each call would be a query.
        var load = _loads.GetOrAdd(hash, static (hash, store) => new Lazy<Task<ApiKeyLookup>>(() => store.LoadAsync(hash)), this);
        return new ValueTask<ApiKeyLookup>(load.Value);
    }

    /// <summary>
    /// Looks a key up that was found before. While what is in memory is fresh, one that is gone from there has stopped:
    /// PostgreSQL need not be asked, and cannot keep the answer waiting.
    /// </summary>
    public ValueTask<ApiKeyLookup> FindAgainAsync(ApiKeyHash hash)
    {
        if (TryFindInMemory(hash, out var lookup))
        {
            return ValueTask.FromResult(lookup);
        }

        return freshness.IsGiven ? ValueTask.FromResult(ApiKeyLookup.Refused) : FindAsync(hash);
    }

    /// <summary>Looks a key up without asking PostgreSQL; false where only PostgreSQL can tell.</summary>
    public bool TryFindInMemory(ApiKeyHash hash, out ApiKeyLookup lookup)
    {
        lookup = ApiKeyLookup.Refused;
        if (!freshness.IsGiven)
        {
            return false;
        }

        // Expired and suspended ones go the way of unknown ones: nobody can tell them apart by the time that it takes.
        if (table.TryGet(hash, out var key) && key.IsUsableAt(timeProvider.GetUtcNow()))
        {
            lookup = ApiKeyLookup.Found(key);
            return true;
        }

        return unknown.Contains(hash);
    }

    private async Task<ApiKeyLookup> LoadAsync(ApiKeyHash hash)
    {
        // Off the caller's stack: the Lazy must have its task before this can remove it again.
        await Task.Yield();
        try
        {
            // The load before this one may have ended just after the caller had looked.
            return TryFindInMemory(hash, out var lookup) ? lookup : await AskAsync(hash);
        }
        catch (ApiKeySourceUnavailableException)
        {
            // In memory after all, and fresh: then it is not usable, or the first look would have found it.
            return freshness.IsGiven && table.TryGet(hash, out _) ? ApiKeyLookup.Refused : ApiKeyLookup.Unavailable;
        }
        finally
        {
            _loads.TryRemove(hash, out _);
        }
    }

    private async Task<ApiKeyLookup> AskAsync(ApiKeyHash hash)
    {
        for (var attempt = 1; !table.TryFill(hash, await source.ReadAsync(hash)); attempt++)
        {
            if (attempt == MaximumAttempts)
            {
                return TryFindInMemory(hash, out var lookup) ? lookup : ApiKeyLookup.Unavailable;
            }
        }

        if (table.TryGet(hash, out var key) && key.IsUsableAt(timeProvider.GetUtcNow()))
        {
            return ApiKeyLookup.Found(key);
        }

        unknown.Add(hash);
        return ApiKeyLookup.Refused;
    }
}
