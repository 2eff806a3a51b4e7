using Gateway.ApiKeys;
using Gateway.Contracts.ApiKeys;
using Gateway.RateLimiting;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.ApiKeys;

public sealed class ApiKeyStoreTests
{
    private static readonly ApiKeyOptions Options = new(
        RefreshAfter: TimeSpan.FromSeconds(60),
        UnknownFor: TimeSpan.FromSeconds(5),
        UnknownMaximum: 100,
        MaximumAge: TimeSpan.FromMinutes(15),
        QueryTimeout: TimeSpan.FromSeconds(2));

    private readonly ManualTime _time = new();
    private readonly FakeSource _source = new();
    private readonly ApiKeyStore _store;

    public ApiKeyStoreTests() => _store = new ApiKeyStore(_source, Options, _time);

    [Fact]
    public async Task Ten_thousand_requests_on_one_key_that_is_not_in_memory_are_one_query()
    {
        var hash = _source.Add(NewKey());
        _source.Hold();

        var lookups = Enumerable.Range(0, 10_000).Select(_ => _store.FindAsync(hash).AsTask()).ToList();
        _source.Release();

        Assert.All(await Task.WhenAll(lookups), lookup => Assert.Equal(ApiKeyLookupResult.Found, lookup.Result));
        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public async Task Key_in_memory_is_found_at_once_and_read_again_only_when_it_is_old()
    {
        var hash = _source.Add(NewKey());
        await _store.FindAsync(hash);

        var inMemory = _store.FindAsync(hash);
        Assert.True(inMemory.IsCompletedSuccessfully);
        await inMemory;
        Assert.Equal(1, _source.Reads);

        _time.Advance(Options.RefreshAfter);
        await _store.FindAsync(hash);
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task Known_key_works_without_the_database_up_to_the_maximum_age_and_then_cannot_be_checked()
    {
        var hash = _source.Add(NewKey());
        await _store.FindAsync(hash);
        _source.IsUnavailable = true;

        _time.Advance(Options.MaximumAge - TimeSpan.FromSeconds(1));
        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(hash)).Result);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ApiKeyLookupResult.Unavailable, (await _store.FindAsync(hash)).Result);
    }

    [Fact]
    public async Task Unknown_key_without_the_database_cannot_be_checked_and_that_is_not_remembered()
    {
        var hash = _source.Add(NewKey());
        _source.IsUnavailable = true;
        Assert.Equal(ApiKeyLookupResult.Unavailable, (await _store.FindAsync(hash)).Result);

        _source.IsUnavailable = false;
        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(hash)).Result);
    }

    [Fact]
    public async Task Known_key_asks_a_missing_database_once_a_second_and_no_more()
    {
        var hash = _source.Add(NewKey());
        await _store.FindAsync(hash);
        _time.Advance(Options.RefreshAfter);
        _source.IsUnavailable = true;

        for (var request = 0; request < 100; request++)
        {
            Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(hash)).Result);
        }

        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task Unknown_key_is_refused_without_a_query_for_a_while()
    {
        var hash = ApiKeyHash.Of(ApiKeyFormat.Generate(ApiKeyEnvironment.Live));
        await _store.FindAsync(hash);
        await _store.FindAsync(hash);
        Assert.Equal(1, _source.Reads);

        _time.Advance(Options.UnknownFor);
        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(hash)).Result);
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task Key_stops_at_the_moment_it_expires_although_it_is_in_memory()
    {
        var hash = _source.Add(NewKey(usableUntil: _time.GetUtcNow().AddSeconds(10)));
        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(hash)).Result);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(hash)).Result);
    }

    [Fact]
    public async Task Answer_that_was_under_way_when_the_key_changed_is_not_kept()
    {
        var key = NewKey();
        var hash = _source.Add(key);
        _source.Hold();
        var underWay = _store.FindAsync(hash);

        await _source.Asked;
        _source.Remove(hash);
        _store.Forget(key.OrganizationId);
        _source.Release();
        await underWay;

        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(hash)).Result);
    }

    [Fact]
    public async Task Key_made_after_it_was_refused_works_as_soon_as_the_change_is_known()
    {
        var key = NewKey();
        var text = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(ApiKeyHash.Of(text))).Result);

        _source.Add(key, text);
        _store.Forget(key.OrganizationId);

        Assert.Equal(ApiKeyLookupResult.Found, (await _store.FindAsync(ApiKeyHash.Of(text))).Result);
    }

    [Fact]
    public async Task After_missed_notifications_every_key_is_read_again()
    {
        var hash = _source.Add(NewKey());
        await _store.FindAsync(hash);
        _source.Remove(hash);

        _store.Distrust();

        Assert.Equal(ApiKeyLookupResult.Refused, (await _store.FindAsync(hash)).Result);
    }

    private static ApiKey NewKey(DateTimeOffset? usableUntil = null)
    {
        var organizationId = Guid.NewGuid();
        return new ApiKey(
            Guid.NewGuid(), organizationId, usableUntil, RateLimitPolicy.Create(organizationId, new BucketSize(1, 1), new BucketSize(1, 1)));
    }
}
