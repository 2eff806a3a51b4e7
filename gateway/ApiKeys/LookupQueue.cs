using Gateway.ApiKeys.Memory;
using Gateway.Contracts.ApiKeys;

namespace Gateway.ApiKeys;

/// <summary>
/// Look-ups on their way to the database. A few queries are under way at most; what comes meanwhile waits and goes along with the
/// next one. So one that comes alone is asked for at once, and a flood of unknown keys costs the database little more than a trickle.
/// </summary>
/// <param name="queryAsync">Answers for each of the hashes, none of which is there twice, or throws.</param>
/// <param name="maximumQueries">Under way at a time.</param>
/// <param name="maximumHashes">Of one query.</param>
internal sealed class LookupQueue(
    Func<IReadOnlyList<ApiKeyHash>, Task<IReadOnlyDictionary<ApiKeyHash, KeyAnswer>>> queryAsync, int maximumQueries, int maximumHashes)
{
    private readonly Lock _gate = new();
    private readonly Queue<Lookup> _waiting = new();
    private int _underWay;

    /// <summary>The answer of a query that begins after this call.</summary>
    /// <exception cref="TimeoutException">It took longer than that, the time in the queue included.</exception>
    /// <exception cref="Exception">What the query threw.</exception>
    public async Task<KeyAnswer> ReadAsync(ApiKeyHash hash, TimeSpan timeout)
    {
        var lookup = new Lookup(hash);
        if (Enqueue(lookup))
        {
            _ = QueryAsync();
        }

        try
        {
            return await lookup.Task.WaitAsync(timeout);
        }
        finally
        {
            lookup.TrySetCanceled(); // Nobody waits for it any more: if it has not been asked for by now, it need not be.
        }
    }

    /// <summary>Whether a further query may begin.</summary>
    private bool Enqueue(Lookup lookup)
    {
        lock (_gate)
        {
            _waiting.Enqueue(lookup);
            if (_underWay == maximumQueries)
            {
                return false;
            }

            _underWay++;
            return true;
        }
    }

    private async Task QueryAsync()
    {
        while (Dequeue() is { Count: > 0 } lookups)
        {
            try
            {
                var answers = await queryAsync([.. lookups.Select(static lookup => lookup.Hash).Distinct()]);
                lookups.ForEach(lookup => lookup.TrySetResult(answers[lookup.Hash]));
            }
            catch (Exception exception)
            {
                lookups.ForEach(lookup => lookup.TrySetException(exception));
            }
        }
    }

    /// <summary>What goes into the next query; nothing where this one was the last.</summary>
    private List<Lookup> Dequeue()
    {
        var lookups = new List<Lookup>();
        lock (_gate)
        {
            while (lookups.Count < maximumHashes && _waiting.TryDequeue(out var lookup))
            {
                if (!lookup.Task.IsCompleted)
                {
                    lookups.Add(lookup);
                }
            }

            if (lookups.Count == 0)
            {
                _underWay--;
            }
        }

        return lookups;
    }

    private sealed class Lookup(ApiKeyHash hash) : TaskCompletionSource<KeyAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public ApiKeyHash Hash => hash;
    }
}
