using Dapper;
using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Commands;
using Npgsql;

namespace Gateway.Keygen.ApiKeys;

/// <summary>The table <c>api_keys</c>. Of a key only its hash and first characters are stored.</summary>
internal sealed class ApiKeyStore(NpgsqlConnection connection)
{
    private const string Columns = """
        key.id, key.organization_id, organization.name AS organization_name, key.name,
        split_part(key.key_prefix, '_', 2) AS environment, key.key_prefix AS prefix,
        CASE WHEN key.revoked_at IS NOT NULL THEN 'revoked' WHEN key.expires_at <= now() THEN 'expired' ELSE 'active' END AS status,
        key.created_at, key.expires_at, key.revoked_at, key.rotated_from
        """;

    public Task<ApiKey> CreateAsync(
        Guid organizationId, string name, string key, DateTimeOffset? expiresAt, Guid? rotatedFrom, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<ApiKey>(new CommandDefinition(
            $"""
            WITH key AS (
                INSERT INTO api_keys (organization_id, name, key_hash, key_prefix, expires_at, rotated_from)
                VALUES (@organizationId, @name, @hash, @prefix, @expiresAt, @rotatedFrom)
                RETURNING *)
            SELECT {Columns} FROM key JOIN organizations AS organization ON organization.id = key.organization_id
            """,
            new
            {
                organizationId,
                name,
                hash = ApiKeyHash.Of(key).ToArray(),
                prefix = ApiKeyFormat.Display(key),
                expiresAt,
                rotatedFrom,
            },
            cancellationToken: cancellationToken));

    /// <summary>Keys by organization, the newest last.</summary>
    public IAsyncEnumerable<ApiKey> ListAsync(Guid? organizationId, bool includeInactive) =>
        connection.QueryUnbufferedAsync<ApiKey>(
            $"""
            SELECT {Columns} FROM api_keys AS key JOIN organizations AS organization ON organization.id = key.organization_id
            WHERE (@organizationId IS NULL OR key.organization_id = @organizationId)
              AND (@includeInactive OR (key.revoked_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > now())))
            ORDER BY lower(organization.name), key.organization_id, key.created_at, key.id
            """,
            new { organizationId, includeInactive });

    /// <summary>The one key that is meant.</summary>
    /// <exception cref="CommandException">There is none, or more than one could be meant.</exception>
    public async Task<ApiKey> GetAsync(IdPrefix id, CancellationToken cancellationToken)
    {
        var matches = (await connection.QueryAsync<ApiKey>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM api_keys AS key JOIN organizations AS organization ON organization.id = key.organization_id
            WHERE key.id BETWEEN @lowest AND @highest
            ORDER BY key.id
            LIMIT {Candidates.Asked}
            """,
            new { lowest = id.Lowest, highest = id.Highest },
            cancellationToken: cancellationToken))).AsList();
        return Candidates.Only(
            matches, "key", id.Text, "keygen list --all", key => $"{key.Id}  {key.Prefix}…  {key.Name} ({key.OrganizationName})");
    }

    /// <summary>What is shown of these keys, in no order.</summary>
    public Task<IEnumerable<ApiKeyLabel>> LabelsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        connection.QueryAsync<ApiKeyLabel>(new CommandDefinition(
            "SELECT id, name, key_prefix AS prefix FROM api_keys WHERE id = ANY(@ids)", new { ids }, cancellationToken: cancellationToken));

    /// <summary>Revokes a key from now on; answers <c>null</c> where somebody else did so before, whose time stays.</summary>
    public Task<ApiKey?> RevokeAsync(Guid id, CancellationToken cancellationToken) => RevokeWhereAsync("true", id, cancellationToken);

    /// <summary>The same, but only a key that still works. It stays locked until the transaction ends, so only one can succeed it.</summary>
    public Task<ApiKey?> RevokeActiveAsync(Guid id, CancellationToken cancellationToken) =>
        RevokeWhereAsync("expires_at IS NULL OR expires_at > now()", id, cancellationToken);

    private Task<ApiKey?> RevokeWhereAsync(string condition, Guid id, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<ApiKey>(new CommandDefinition(
            $"""
            WITH key AS (
                UPDATE api_keys SET revoked_at = now() WHERE id = @id AND revoked_at IS NULL AND ({condition}) RETURNING *)
            SELECT {Columns} FROM key JOIN organizations AS organization ON organization.id = key.organization_id
            """,
            new { id },
            cancellationToken: cancellationToken));
}
