using Gateway.ApiKeys.Memory;
using Gateway.Contracts.ApiKeys;

namespace Gateway.Tests.ApiKeys;

/// <summary>The races between changes, single answers and a reading of all keys that takes seconds.</summary>
public sealed class KeyTableTests
{
    private static readonly Guid Organization = Guid.NewGuid();

    private readonly KeyTable _table = Rows.NewTable();

    [Fact]
    public void Key_revoked_during_a_refresh_that_has_seen_it_before_stays_away()
    {
        var key = Rows.Key(Organization, version: 1);
        Change(version: 1, key);
        _table.BeginRefresh();
        _table.RefreshFrom(version: 1);

        Change(version: 2, Revoked(key, version: 2));
        _table.Refresh([Rows.Organization(Organization)], [key]);
        _table.EndRefresh();

        Assert.False(IsThere(key.Hash));
        Assert.Equal(2, _table.Version);
    }

    [Fact]
    public void Key_changed_during_a_refresh_keeps_its_newer_state()
    {
        var key = Rows.Key(Organization, version: 1);
        Change(version: 1, key);
        _table.BeginRefresh();
        _table.RefreshFrom(version: 1);

        var changed = key with { Version = 2, UsableUntilTicks = 5 };
        Change(version: 2, changed);
        _table.Refresh([Rows.Organization(Organization)], [key]);
        _table.EndRefresh();

        Assert.True(_table.TryGet(key.Hash, out var found));
        Assert.Equal(2, found.Version);
    }

    [Fact]
    public void Key_disabled_and_enabled_during_a_refresh_is_there()
    {
        var key = Rows.Key(Organization, version: 1);
        Change(version: 1, key);
        _table.BeginRefresh();
        _table.RefreshFrom(version: 1);

        Change(version: 2, Revoked(key, version: 2));
        Change(version: 3, key with { Version = 3 });
        _table.Refresh([Rows.Organization(Organization)], [key]);
        _table.EndRefresh();

        Assert.True(IsThere(key.Hash));
    }

    [Fact]
    public void Key_made_or_asked_for_during_a_refresh_that_has_not_seen_it_stays()
    {
        _table.BeginRefresh();
        _table.RefreshFrom(version: 1);
        var made = Rows.Key(Organization, version: 2);
        Change(version: 2, made);
        var asked = Rows.Key(Organization, version: 3);
        Assert.True(_table.TryFill(asked.Hash, new KeyAnswer(3, asked, Rows.Organization(Organization))));

        _table.EndRefresh();

        Assert.True(IsThere(made.Hash));
        Assert.True(IsThere(asked.Hash));
    }

    [Fact]
    public void Key_whose_row_has_disappeared_is_gone_after_the_refresh()
    {
        var kept = Rows.Key(Organization, version: 1);
        var deleted = Rows.Key(Organization, version: 1);
        Change(version: 1, kept, deleted);

        _table.BeginRefresh();
        _table.RefreshFrom(version: 2);
        _table.Refresh([Rows.Organization(Organization)], [kept]);
        _table.EndRefresh();

        Assert.True(IsThere(kept.Hash));
        Assert.False(IsThere(deleted.Hash));
        Assert.Equal(2, _table.Version);
    }

    [Fact]
    public void Refresh_that_breaks_off_removes_nothing()
    {
        var key = Rows.Key(Organization, version: 1);
        Change(version: 1, key);

        _table.BeginRefresh();
        _table.AbandonRefresh();

        Assert.True(IsThere(key.Hash));
        Assert.Equal(1, _table.Version);
    }

    [Fact]
    public void Key_revoked_during_one_refresh_can_be_made_usable_before_the_next()
    {
        var key = Rows.Key(Organization, version: 1);
        Change(version: 1, key);
        _table.BeginRefresh();
        _table.RefreshFrom(version: 1);
        Change(version: 2, Revoked(key, version: 2));
        _table.EndRefresh();

        _table.BeginRefresh();
        _table.RefreshFrom(version: 3);
        _table.Refresh([Rows.Organization(Organization)], [key with { Version = 3 }]);
        _table.EndRefresh();

        Assert.True(IsThere(key.Hash));
    }

    [Fact]
    public void Answer_from_before_a_revocation_that_only_the_refresh_has_seen_does_not_bring_the_key_back()
    {
        var key = Rows.Key(Organization, version: 1);
        Change(version: 1, key);
        var answer = new KeyAnswer(1, key, Rows.Organization(Organization));

        // Revoked in version 2, which is what the refresh reads. The answer arrives before, then after it says so.
        _table.BeginRefresh();
        Assert.True(_table.TryFill(key.Hash, answer));
        _table.RefreshFrom(version: 2);
        Assert.False(_table.TryFill(key.Hash, answer));
        _table.EndRefresh();

        Assert.False(IsThere(key.Hash));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changes_from_before_a_revocation_that_only_the_refresh_has_seen_do_not_bring_the_key_back(bool isRefreshOver)
    {
        var key = Rows.Key(Organization, version: 2);
        _table.BeginRefresh();
        _table.RefreshFrom(version: 3);
        _table.Refresh([Rows.Organization(Organization)], []);
        if (isRefreshOver)
        {
            _table.EndRefresh();
        }

        Assert.False(_table.Apply([], [key], readVersion: 2, completeVersion: 2));
        if (!isRefreshOver)
        {
            _table.EndRefresh();
        }

        Assert.False(IsThere(key.Hash));
        Assert.Equal(3, _table.Version);
    }

    [Fact]
    public void Key_enabled_again_before_the_refresh_reads_is_there_although_a_late_change_says_disabled()
    {
        var key = Rows.Key(Organization, version: 1);
        Change(version: 1, key);
        _table.BeginRefresh();
        Change(version: 2, Revoked(key, version: 2));
        _table.RefreshFrom(version: 3);
        _table.Refresh([Rows.Organization(Organization)], [key with { Version = 3 }]);
        _table.EndRefresh();

        Assert.True(IsThere(key.Hash));
    }

    [Fact]
    public void Database_that_went_back_to_an_older_version_is_believed_by_the_next_refresh()
    {
        var other = Guid.NewGuid();
        var changed = Rows.Key(Organization, version: 90);
        var revoked = Rows.Key(Organization, version: 80);
        var lost = Rows.Key(other, version: 95);
        _table.Apply([Rows.Organization(Organization, version: 95), Rows.Organization(other, version: 95)], [changed, lost], 95, 95);
        _table.Apply([], [Revoked(revoked, version: 100)], readVersion: 100, completeVersion: 100);
        _table.TryGet(changed.Hash, out var found);

        // As of version 70 the organization is suspended, one key expires, another one works and the third one is not made yet.
        _table.BeginRefresh();
        _table.RefreshFrom(version: 70);
        _table.Refresh(
            [Rows.Organization(Organization, version: 60, isActive: false)],
            [changed with { Version = 50, UsableUntilTicks = 5 }, revoked with { Version = 50 }]);
        _table.EndRefresh();

        Assert.Equal(70, _table.Version);
        Assert.True(IsThere(revoked.Hash));
        Assert.False(IsThere(lost.Hash));
        Assert.False(found!.Organization.Terms.IsActive);
        Assert.True(_table.TryGet(changed.Hash, out found));
        Assert.Equal(50, found.Version);

        // And from there it goes on.
        Assert.True(_table.TryFill(lost.Hash, new KeyAnswer(71, null, null)));
        Change(version: 71, Revoked(revoked, version: 71));
        Assert.False(IsThere(revoked.Hash));
    }

    [Fact]
    public void Answer_older_than_a_change_that_is_applied_is_not_taken_in()
    {
        Change(version: 5);
        var key = Rows.Key(Organization, version: 1);

        Assert.False(_table.TryFill(key.Hash, new KeyAnswer(4, key, Rows.Organization(Organization))));
        Assert.False(IsThere(key.Hash));
        Assert.True(_table.TryFill(key.Hash, new KeyAnswer(5, key, Rows.Organization(Organization))));
        Assert.True(IsThere(key.Hash));
    }

    [Fact]
    public void Answer_older_than_a_change_is_not_taken_in_while_the_version_waits_for_a_refresh()
    {
        // Rows disappeared in version 3: until everything is read again, version 2 is all that can be promised.
        _table.Apply([], [], readVersion: 5, completeVersion: 2);
        var key = Rows.Key(Organization, version: 1);

        Assert.Equal(2, _table.Version);
        Assert.False(_table.TryFill(key.Hash, new KeyAnswer(4, key, Rows.Organization(Organization))));
    }

    [Fact]
    public void Terms_of_an_organization_reach_all_of_its_keys_and_never_go_back()
    {
        var key = Rows.Key(Organization, version: 1);
        Change(version: 1, key);
        _table.TryGet(key.Hash, out var found);

        _table.Apply([Rows.Organization(Organization, version: 3, isActive: false)], [], readVersion: 3, completeVersion: 3);
        _table.Refresh([Rows.Organization(Organization, version: 2)], []);

        Assert.False(found!.IsUsableAt(DateTimeOffset.UnixEpoch));
    }

    private static ApiKeyRow Revoked(ApiKeyRow key, long version) => key with { Version = version, IsUsable = false };

    private void Change(long version, params ApiKeyRow[] keys) => _table.Apply([Rows.Organization(Organization)], keys, version, version);

    private bool IsThere(ApiKeyHash hash) => _table.TryGet(hash, out _);
}
