using System.Data.Common;
using System.Runtime.InteropServices;
using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Restrictions;
using Gateway.Contracts.ApiKeys;
using Gateway.Organizations;
using Gateway.Proxying.Backends;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>How keys and organizations are read, one way for all queries.</summary>
internal sealed class KeyColumns(LimitColumns limits)
{
    /// <summary>Columns of a key, for <see cref="ReadKey"/>.</summary>
    public const string OfKey =
        $"""
        key.key_hash, key.id, key.organization_id, key.version,
        {IsUsable} AS is_usable,
        key.expires_at,
        nullif(array_to_string(key.scopes, ' '), '') AS scopes,
        nullif(array_to_string(key.allowed_networks, ' '), '') AS networks
        """;

    /// <summary>The condition for a key to be neither revoked nor disabled nor expired.</summary>
    public const string IsUsable =
        "key.revoked_at IS NULL AND key.disabled_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > now())";

    /// <summary>How many <see cref="OfKey"/> are.</summary>
    public const int CountOfKey = 8;

    /// <summary>Columns of an organization, for <see cref="ReadOrganization"/>.</summary>
    public const string OfOrganization =
        $"""
        organization.id, organization.version, organization.status = 'active' AS is_active,
        {LimitColumns.OfLimits},
        backend.addresses, backend.load_balancing, backend.protocol, backend.health_path, backend.timeout_seconds
        """;

    /// <summary>An organization with what belongs to it, where one or a few are asked for.</summary>
    public const string Organizations = $"organizations AS organization {LimitColumns.ForSome} {Backends}";

    /// <summary>The same where all are asked for.</summary>
    public const string AllOrganizations = $"organizations AS organization {LimitColumns.ForAll} {Backends}";

    private const string Backends = "LEFT JOIN backends AS backend ON backend.organization_id = organization.id";
    private const int FirstOfLimits = 3;

    private readonly ApiKeyRestrictionsPool _restrictions = new();

    /// <param name="row">A row that has <see cref="OfKey"/>.</param>
    /// <param name="first">The ordinal of the first of them.</param>
    public ApiKeyRow ReadKey(DbDataReader row, int first = 0) => new(
        ReadHash(row, first),
        row.GetGuid(first + 1),
        row.GetGuid(first + 2),
        row.GetInt64(first + 3),
        row.GetBoolean(first + 4),
        row.IsDBNull(first + 5) ? ApiKeyRow.Never : row.GetDateTime(first + 5).Ticks,
        _restrictions.Get(ReadText(row, first + 6), ReadText(row, first + 7)));

    /// <param name="row">A row that has <see cref="OfOrganization"/>.</param>
    /// <param name="first">The ordinal of the first of them.</param>
    public OrganizationTerms ReadOrganization(DbDataReader row, int first = 0) => new(
        row.GetGuid(first),
        row.GetInt64(first + 1),
        row.GetBoolean(first + 2),
        limits.Read(row, first + FirstOfLimits),
        ReadBackend(row, first + FirstOfLimits + LimitColumns.CountOfLimits));

    private static ApiKeyHash ReadHash(DbDataReader row, int ordinal)
    {
        var bytes = new byte[ApiKeyHash.Size];
        row.GetBytes(ordinal, 0, bytes, 0, bytes.Length);
        return new ApiKeyHash(bytes);
    }

    private static OrganizationBackend? ReadBackend(DbDataReader row, int ordinal) =>
        row.IsDBNull(ordinal)
            ? null
            : new OrganizationBackend(
                ImmutableCollectionsMarshal.AsImmutableArray(row.GetFieldValue<string[]>(ordinal)),
                LoadBalancing: row.GetString(ordinal + 1),
                Protocol: row.GetString(ordinal + 2),
                HealthPath: ReadText(row, ordinal + 3),
                TimeoutSeconds: row.IsDBNull(ordinal + 4) ? null : row.GetInt32(ordinal + 4));

    private static string? ReadText(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);
}
