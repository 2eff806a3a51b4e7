using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gateway.Contracts.ApiKeys;
using Gateway.Organizations;
using Gateway.Proxying.Backends;

namespace Gateway.ApiKeys.Memory;

/// <summary>
/// All keys that work, by hash. Look-ups take no lock and allocate nothing. Changes come from three sides at once:
/// what has changed since a version (<see cref="Apply"/>), one key that was asked for (<see cref="TryFill"/>), and all
/// keys as they were at one moment (<see cref="BeginRefresh"/> to <see cref="EndRefresh"/>), which takes seconds.
/// What is older never replaces what is newer, and none of them can bring back a key that another one has removed.
/// Should the database itself go back to an older version (restored from a backup, failed over to a standby that was
/// behind), the next refresh goes back with it.
/// </summary>
internal sealed class KeyTable(OrganizationBackends backends)
{
    private readonly ConcurrentDictionary<ApiKeyHash, ApiKey> _keys = new();
    private readonly ConcurrentDictionary<Guid, Organization> _organizations = new();
    private readonly Lock _changing = new();

    // With the version at which they were known to be gone.
    private readonly Dictionary<ApiKeyHash, long> _removedDuringRefresh = [];
    private bool _isRefreshing;
    private bool _isGoingBack;
    private int _generation;
    private long _newestVersion;
    private long _newestAtBegin;
    private long _refreshVersion;
    private long _version;

    /// <summary>Every change up to this version of the configuration is in the table.</summary>
    public long Version => Volatile.Read(ref _version);

    public int Count => _keys.Count;

    public bool TryGet(ApiKeyHash hash, [MaybeNullWhen(false)] out ApiKey key) => _keys.TryGetValue(hash, out key);

    /// <summary>
    /// Takes in what has changed. False where a refresh has seen something newer meanwhile: then it is worth nothing, because
    /// a key in it may be one that the refresh knew to be gone.
    /// </summary>
    /// <param name="organizations">Organizations that are new or changed.</param>
    /// <param name="keys">Keys that are new or changed, also those that do not work any more.</param>
    /// <param name="readVersion">The version at which they were read.</param>
    /// <param name="completeVersion">The version up to which nothing is missing now; the same, unless rows that disappeared wait for a refresh.</param>
    public bool Apply(IReadOnlyList<OrganizationTerms> organizations, IReadOnlyList<ApiKeyRow> keys, long readVersion, long completeVersion)
    {
        lock (_changing)
        {
            if (readVersion < _newestVersion)
            {
                return false;
            }

            _newestVersion = readVersion;
            Put(organizations);
            foreach (var row in keys)
            {
                if (row.IsUsable)
                {
                    Put(row);
                }
                else
                {
                    Remove(row, readVersion);
                }
            }

            Advance(completeVersion);
            return true;
        }
    }

    /// <summary>
    /// Takes in the answer for one key. False where a change that the answer may not have seen was applied meanwhile:
    /// then it is worth nothing, and the database has to be asked again.
    /// </summary>
    public bool TryFill(ApiKeyHash hash, KeyAnswer answer)
    {
        lock (_changing)
        {
            if (answer.Version < _newestVersion)
            {
                return false;
            }

            if (answer.Key is { } row)
            {
                Put([answer.Organization!]);
                Put(row);
            }
            else
            {
                Remove(hash, answer.Version);
            }

            return true;
        }
    }

    /// <summary>Starts taking in all keys, before they are read. One refresh at a time.</summary>
    public void BeginRefresh()
    {
        lock (_changing)
        {
            _isRefreshing = true;
            _generation++;
            _newestAtBegin = _newestVersion;
            _removedDuringRefresh.Clear();
        }
    }

    /// <summary>The refresh reads everything as it was at this version.</summary>
    public void RefreshFrom(long version)
    {
        lock (_changing)
        {
            _refreshVersion = version;
            _isGoingBack = version < _newestAtBegin;
            if (_isGoingBack || version >= _newestVersion)
            {
                // Nothing that was applied since it began is newer: what it does not find is gone, and who is behind it is late.
                _newestVersion = version;
                _generation++;
            }

            if (_isGoingBack)
            {
                _removedDuringRefresh.Clear();
            }
        }
    }

    /// <summary>Takes in some of all keys, every organization before its keys.</summary>
    public void Refresh(IReadOnlyList<OrganizationTerms> organizations, IReadOnlyList<ApiKeyRow> keys)
    {
        lock (_changing)
        {
            Put(organizations, isRefresh: true);
            foreach (var row in keys)
            {
                // It works as of the refresh's version. Where it was found to be gone at a later one it stays away.
                if (!_removedDuringRefresh.TryGetValue(row.Hash, out var goneAt) || goneAt <= _refreshVersion)
                {
                    Put(row, isRefresh: true);
                }
            }
        }
    }

    /// <summary>Ends the refresh: keys that it did not find and that nobody has put in since are gone.</summary>
    public void EndRefresh()
    {
        foreach (var (hash, key) in _keys)
        {
            if (key.Generation != _generation)
            {
                RemoveUnlessSeen(hash);
            }
        }

        lock (_changing)
        {
            if (_isGoingBack)
            {
                Volatile.Write(ref _version, _refreshVersion);
            }
            else
            {
                Advance(_refreshVersion);
            }

            LeaveRefresh();
        }
    }

    /// <summary>Ends a refresh that could not read everything: what it found is in, and nothing else is gone.</summary>
    public void AbandonRefresh()
    {
        lock (_changing)
        {
            LeaveRefresh();
        }
    }

    private void LeaveRefresh()
    {
        _isRefreshing = false;
        _isGoingBack = false;
        _removedDuringRefresh.Clear();
        _removedDuringRefresh.TrimExcess();
    }

    private void Put(IReadOnlyList<OrganizationTerms> organizations, bool isRefresh = false)
    {
        List<KeyValuePair<Guid, OrganizationBackend?>> theirBackends = [];
        foreach (var terms in organizations)
        {
            if (!_organizations.TryGetValue(terms.OrganizationId, out var organization))
            {
                organization = new Organization(terms);
                _organizations[terms.OrganizationId] = organization;
            }
            else if (Replaces(terms.Version, organization.Terms.Version, organization.Generation, isRefresh))
            {
                organization.Terms = terms;
            }

            organization.Generation = _generation;
            theirBackends.Add(new(organization.Id, organization.Terms.Backend));
        }

        // Before any key of theirs can be found: a request must never go to another backend than its organization's.
        if (theirBackends.Count > 0)
        {
            backends.Apply(theirBackends);
        }
    }

    private void Put(in ApiKeyRow row, bool isRefresh = false)
    {
        if (!_keys.TryGetValue(row.Hash, out var key) || Replaces(row.Version, key.Version, key.Generation, isRefresh))
        {
            key = new ApiKey(row, _organizations[row.OrganizationId]);
            _keys[row.Hash] = key;
        }

        key.Generation = _generation;
        if (_isRefreshing)
        {
            _removedDuringRefresh.Remove(row.Hash);
        }
    }

    /// <summary>
    /// What is newer replaces what is older. A refresh replaces also what is newer, unless somebody put it in after the
    /// refresh began to read: it is of a past that the database has lost.
    /// </summary>
    private bool Replaces(long version, long knownVersion, int knownGeneration, bool isRefresh) =>
        version > knownVersion
        || (version < knownVersion && (isRefresh ? knownGeneration != _generation : _isGoingBack));

    private void Remove(in ApiKeyRow row, long readVersion)
    {
        // A refresh may have found it usable again in a later version.
        if (_isGoingBack || !_keys.TryGetValue(row.Hash, out var key) || key.Version <= row.Version)
        {
            Remove(row.Hash, readVersion);
        }
    }

    private void Remove(ApiKeyHash hash, long readVersion)
    {
        _keys.TryRemove(hash, out _);
        if (_isRefreshing)
        {
            _removedDuringRefresh[hash] = readVersion;
        }
    }

    private void RemoveUnlessSeen(ApiKeyHash hash)
    {
        lock (_changing)
        {
            if (_keys.TryGetValue(hash, out var key) && key.Generation != _generation)
            {
                _keys.TryRemove(hash, out _);
            }
        }
    }

    private void Advance(long version)
    {
        if (version > _version)
        {
            Volatile.Write(ref _version, version);
        }
    }
}
