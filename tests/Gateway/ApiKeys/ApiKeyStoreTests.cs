using Gateway.ApiKeys;
using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Synchronization;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.ApiKeys;

public sealed class ApiKeyStoreTests
{
    private static readonly ApiKeyOptions Options = new(
        PollInterval: TimeSpan.FromSeconds(2),
        RefreshInterval: TimeSpan.FromMinutes(15),
        UnknownFor: TimeSpan.FromSeconds(5),
        UnknownMaximum: 100,
        MaximumAge: TimeSpan.FromMinutes(15),
        QueryTimeout: TimeSpan.FromSeconds(2),
        LastUseInterval: TimeSpan.FromMinutes(1));

    private readonly ManualTime _time = new();
    private readonly FakeSource _source = new();
    private readonly KeyTable _table = Rows.NewTable();
    private readonly KeyFreshness _freshness;
    private readonly ApiKeyStore _store;

    public ApiKeyStoreTests()
    {
        _freshness = new KeyFreshness(Options, _time);
        _store = new ApiKeyStore(_source, _table, new UnknownKeys(Options, _time), _freshness, _time);
    }

    [Fact]
    public async Task Ten_thousand_requests_on_one_key_that_is_not_in_memory_are_one_query()
    {
        var hash = _source.Add();
        _source.Hold();

        var lookups = Enumerable.Range(0, 10_000).Select(_ => _store.FindAsync(hash).AsTask()).ToList();
        _source.Release();

        Assert.All(await Task.WhenAll(lookups), lookup => Assert.Equal(ApiKeyLookupResult.Found, lookup.Result));
        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public async Task Key_in_memory_is_found_at_once_and_never_asked_for_again()
    {
        var hash = _source.Add();
        await _store.FindAsync(hash);
        _time.Advance(Options.MaximumAge - TimeSpan.FromTicks(1));

        var inMemory = _store.FindAsync(hash);

        Assert.True(inMemory.IsCompletedSuccessfully);
        Assert.Equal(ApiKeyLookupResult.Found, (await inMemory).Result);
        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public void Look_up_in_memory_allocates_nothing()
    {
        const int Requests = 100_000;
        var organization = Rows.Organization(Guid.NewGuid());
        var key = Rows.Key(organization.OrganizationId);
        _table.Apply([organization], [key], readVersion: 1, completeVersion: 1);
        Assert.True(_store.TryFindInMemory(key.Hash, out _));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var request = 0; request < Requests; request++)
        {
            _store.TryFindInMemory(key.Hash, out _);
        }

        // What the runtime itself needs while it optimizes the loop aside.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Requests / 10);
    }

    [Fact]
    public async Task Known_key_works_without_the_database_up_to_the_maximum_age_after_the_last_contact_and_then_cannot_be_checked()
    {
        var hash = _source.Add();
        await _store.FindAsync(hash);
        _time.Advance(TimeSpan.FromMinutes(10));
        _freshness.Confirm(_time.GetTimestamp());
        _source.IsUnavailable = true;

        _time.Advance(Options.MaximumAge - TimeSpan.FromSeconds(1));
        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(hash)).Result);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ApiKeyLookupResult.Unavailable, (await _store.FindAsync(hash)).Result);
    }

    [Fact]
    public async Task Past_the_maximum_age_the_database_decides_each_request()
    {
        var hash = _source.Add();
        await _store.FindAsync(hash);
        _time.Advance(Options.MaximumAge);

        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(hash)).Result);
        Assert.Equal(2, _source.Reads);

        _source.Remove(hash);
        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(hash)).Result);
    }

    [Fact]
    public async Task Unknown_key_without_the_database_cannot_be_checked_and_that_is_not_remembered()
    {
        var hash = _source.Add();
        _source.IsUnavailable = true;
        Assert.Equal(ApiKeyLookupResult.Unavailable, (await _store.FindAsync(hash)).Result);

        _source.IsUnavailable = false;
        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(hash)).Result);
    }

    [Fact]
    public async Task Unknown_key_is_refused_without_a_query_for_a_while()
    {
        var hash = Rows.NewHash();
        await _store.FindAsync(hash);
        await _store.FindAsync(hash);
        Assert.Equal(1, _source.Reads);

        _time.Advance(Options.UnknownFor);
        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(hash)).Result);
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task Only_so_many_unknown_keys_are_remembered_and_the_latest_are()
    {
        var hashes = Enumerable.Range(0, 10 * Options.UnknownMaximum).Select(_ => Rows.NewHash()).ToList();
        foreach (var hash in hashes)
        {
            await _store.FindAsync(hash);
        }

        var remembered = hashes.Count(hash => _store.TryFindInMemory(hash, out _));

        Assert.InRange(remembered, 1, Options.UnknownMaximum);
        Assert.True(_store.TryFindInMemory(hashes[^1], out _));
    }

    [Fact]
    public async Task Key_stops_at_the_moment_it_expires_although_it_is_in_memory_even_without_the_database()
    {
        var hash = _source.Add(usableUntil: _time.GetUtcNow().AddSeconds(10));
        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(hash)).Result);
        _source.IsUnavailable = true;

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(hash)).Result);
    }

    [Fact]
    public async Task Key_that_expires_is_asked_for_like_one_that_is_unknown()
    {
        var hash = _source.Add(usableUntil: _time.GetUtcNow().AddSeconds(10));
        await _store.FindAsync(hash);
        _time.Advance(TimeSpan.FromSeconds(10));
        _source.Remove(hash);

        await _store.FindAsync(hash);
        await _store.FindAsync(hash);

        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task Key_of_a_suspended_organization_is_refused_and_works_again_when_it_is_resumed()
    {
        var organization = Rows.Organization(Guid.NewGuid());
        var key = Rows.Key(organization.OrganizationId);
        _table.Apply([organization], [key], readVersion: 1, completeVersion: 1);
        _source.Version = 2;

        _table.Apply([Rows.Organization(organization.OrganizationId, version: 2, isActive: false)], [], readVersion: 2, completeVersion: 2);
        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(key.Hash)).Result);
    }

    [Fact]
    public async Task Answer_that_was_under_way_when_the_key_was_revoked_does_not_bring_it_back()
    {
        var hash = _source.Add();
        _source.Hold();
        var underWay = _store.FindAsync(hash);
        await _source.Asked;

        // The query has seen the key; now it is revoked, and this gateway learns of it before it has the answer.
        _source.Remove(hash);
        _source.Version = 2;
        _table.Apply([], [Rows.Key(Guid.NewGuid(), hash, version: 2, isUsable: false)], readVersion: 2, completeVersion: 2);
        _source.Release();

        Assert.Equal(ApiKeyLookupResult.Refused, (await underWay).Result);
        Assert.False(_table.TryGet(hash, out _));
    }

    [Fact]
    public async Task Answers_that_are_older_than_what_is_in_memory_again_and_again_end_the_look_up()
    {
        // A database that was restored from a backup, until everything has been read anew.
        var hash = _source.Add();
        _table.Apply([], [], readVersion: 100, completeVersion: 100);

        Assert.Equal(ApiKeyLookupResult.Unavailable, (await _store.FindAsync(hash)).Result);
        Assert.InRange(_source.Reads, 1, 10);
    }

    [Fact]
    public async Task Key_that_was_found_and_is_gone_from_memory_has_stopped_whether_or_not_the_database_can_be_asked()
    {
        var hash = _source.Add();
        await _store.FindAsync(hash);
        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAgainAsync(hash)).Result);

        _table.Apply([], [Rows.Key(Guid.NewGuid(), hash, version: 2, isUsable: false)], readVersion: 2, completeVersion: 2);
        _source.IsUnavailable = true;
        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAgainAsync(hash)).Result);

        _time.Advance(Options.MaximumAge);
        Assert.Equal(ApiKeyLookupResult.Unavailable, (await _store.FindAgainAsync(hash)).Result);
    }

    [Fact]
    public async Task Key_made_after_it_was_refused_works_as_soon_as_the_change_is_known()
    {
        var organization = Rows.Organization(Guid.NewGuid(), version: 2);
        var key = Rows.Key(organization.OrganizationId, version: 2);
        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(key.Hash)).Result);

        _table.Apply([organization], [key], readVersion: 2, completeVersion: 2);

        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(key.Hash)).Result);
    }
}
