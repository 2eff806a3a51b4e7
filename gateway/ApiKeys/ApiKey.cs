using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Restrictions;
using Gateway.Organizations;

namespace Gateway.ApiKeys;

/// <summary>
/// An API key in memory: whose it is, until when it works, and what it may do. There are up to millions of them, so
/// it holds nothing that can be had from elsewhere: with its place in the table it takes less than 200 bytes.
/// </summary>
internal sealed class ApiKey(in ApiKeyRow row, Organization organization)
{
    private readonly long _usableUntilTicks = row.UsableUntilTicks;
    private long _lastUsedTicks;
    private int _isUsed;

    public Guid Id { get; } = row.Id;

    public Organization Organization { get; } = organization;

    /// <summary>Null where it may do what needs no scope, from anywhere.</summary>
    public ApiKeyRestrictions? Restrictions { get; } = row.Restrictions;

    /// <summary>The version of the configuration in which it was last changed.</summary>
    public long Version { get; } = row.Version;

    /// <summary>The last reading of all keys that it was found in; <see cref="KeyTable"/>'s.</summary>
    public int Generation { get; set; }

    public Guid OrganizationId => Organization.Id;

    /// <summary>The id as the backend gets it; made anew each time.</summary>
    public string IdText => Id.ToString();

    public string OrganizationIdText => Organization.IdText;

    /// <summary>When a request last came with it.</summary>
    public DateTimeOffset LastUsedAt => new(Volatile.Read(ref _lastUsedTicks), TimeSpan.Zero);

    /// <summary>Whether it is not expired at that moment, and its organization not suspended. One that is revoked or disabled is not in memory.</summary>
    public bool IsUsableAt(DateTimeOffset moment) => moment.UtcTicks < _usableUntilTicks && Organization.Terms.IsActive;

    /// <summary>Remembers the use; true for the first one since <see cref="TakeUse"/>.</summary>
    public bool RecordUse(DateTimeOffset moment)
    {
        Volatile.Write(ref _lastUsedTicks, moment.UtcTicks);
        return Volatile.Read(ref _isUsed) == 0 && Interlocked.Exchange(ref _isUsed, 1) == 0;
    }

    /// <summary>From here on the next use is a first one again.</summary>
    public DateTimeOffset TakeUse()
    {
        Volatile.Write(ref _isUsed, 0);
        return LastUsedAt;
    }
}
