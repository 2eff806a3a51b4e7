using System.Security.Cryptography;
using Gateway.ApiKeys;
using Gateway.ApiKeys.Memory;
using Gateway.Contracts.ApiKeys;
using Gateway.Testing;

namespace Gateway.Tests.ApiKeys;

public sealed class LookupQueueTests
{
    private const int MaximumQueries = 2;
    private const int MaximumHashes = 3;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly List<(IReadOnlyList<ApiKeyHash> Hashes, TaskCompletionSource Answered)> _queries = [];
    private readonly LookupQueue _queue;

    public LookupQueueTests() => _queue = new LookupQueue(QueryAsync, MaximumQueries, MaximumHashes);

    [Fact]
    public async Task Look_up_that_comes_alone_is_asked_for_at_once()
    {
        var hash = NewHash();

        var lookup = _queue.ReadAsync(hash, Long);
        Assert.Equal([hash], Assert.Single(_queries).Hashes);
        _queries[0].Answered.SetResult();

        Assert.Equal(hash, (await lookup).Key?.Hash);
    }

    [Fact]
    public async Task What_comes_while_queries_are_under_way_goes_along_with_the_next_ones_as_many_as_may_and_in_order()
    {
        var hashes = Enumerable.Range(0, 7).Select(static _ => NewHash()).ToArray();

        var lookups = Array.ConvertAll(hashes, hash => _queue.ReadAsync(hash, Long));
        Assert.Equal([[hashes[0]], [hashes[1]]], Asked());
        await AnswerAsync(0, lookups[0]);
        await Eventually.EqualsAsync(3, () => Task.FromResult(Asked().Length));
        await AnswerAsync(1, lookups[1]);
        await Eventually.EqualsAsync(4, () => Task.FromResult(Asked().Length));

        Assert.Equal([hashes[2..5], hashes[5..]], Asked()[2..]);
        await AnswerAsync(2, lookups[2..5]);
        await AnswerAsync(3, lookups[5..]);
        Assert.Equal(hashes, (await Task.WhenAll(lookups)).Select(static answer => answer.Key!.Value.Hash));
        Assert.Equal(4, Asked().Length);
    }

    [Fact]
    public async Task Hash_that_several_wait_for_is_asked_for_once()
    {
        var (busy, hash) = (Enumerable.Range(0, MaximumQueries).Select(_ => _queue.ReadAsync(NewHash(), Long)).ToArray(), NewHash());

        Task<KeyAnswer>[] lookups = [_queue.ReadAsync(hash, Long), _queue.ReadAsync(hash, Long)];
        await AnswerAsync(0, busy[0]);
        await Eventually.EqualsAsync(3, () => Task.FromResult(Asked().Length));

        Assert.Equal([hash], Asked()[2]);
        await AnswerAsync(2, lookups);
    }

    [Fact]
    public async Task Failed_query_fails_those_that_it_was_for_and_the_next_one_is_asked_all_the_same()
    {
        var lookups = Enumerable.Range(0, 3).Select(_ => _queue.ReadAsync(NewHash(), Long)).ToArray();
        _queries[0].Answered.SetException(new TimeoutException("failed"));

        Assert.Equal("failed", (await Assert.ThrowsAsync<TimeoutException>(() => lookups[0])).Message);
        await Eventually.EqualsAsync(3, () => Task.FromResult(Asked().Length));
        await AnswerAsync(2, lookups[2]);
        Assert.False(lookups[1].IsCompleted);
    }

    [Fact]
    public async Task Look_up_that_waited_too_long_fails_and_is_not_asked_for_any_more()
    {
        var busy = Enumerable.Range(0, MaximumQueries).Select(_ => _queue.ReadAsync(NewHash(), Long)).ToArray();

        await Assert.ThrowsAsync<TimeoutException>(() => _queue.ReadAsync(NewHash(), TimeSpan.FromMilliseconds(1)));
        var patient = NewHash();
        var lookup = _queue.ReadAsync(patient, Long);
        await AnswerAsync(0, busy[0]);
        await Eventually.EqualsAsync(3, () => Task.FromResult(Asked().Length));

        Assert.Equal([patient], Asked()[2]);
        await AnswerAsync(2, lookup);
    }

    private static ApiKeyHash NewHash() => new(RandomNumberGenerator.GetBytes(ApiKeyHash.Size));

    private async Task AnswerAsync(int query, params Task[] lookups)
    {
        _queries[query].Answered.SetResult();
        await Task.WhenAll(lookups).WaitAsync(Long, TestContext.Current.CancellationToken);
    }

    private ApiKeyHash[][] Asked()
    {
        lock (_queries)
        {
            return [.. _queries.Select(static query => query.Hashes.ToArray())];
        }
    }

    private async Task<IReadOnlyDictionary<ApiKeyHash, KeyAnswer>> QueryAsync(IReadOnlyList<ApiKeyHash> hashes)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_queries)
        {
            _queries.Add((hashes, answered));
        }

        await answered.Task;
        return hashes.ToDictionary(
            static hash => hash, static hash => new KeyAnswer(1, new ApiKeyRow(hash, default, default, 1, IsUsable: true, ApiKeyRow.Never, Restrictions: null), null));
    }
}
