using Dapper;
using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Organizations;
using Npgsql;

namespace Gateway.Keygen.ApiKeys;

/// <summary>The table <c>api_keys</c>. Of a key only its hash and first characters are stored.</summary>
internal sealed class ApiKeyStore(NpgsqlConnection connection)
{
    private const int Portion = 1_000;

    private const string RotatedOnce = "api_keys_rotated_once";

    private const string Status = """
        CASE
            WHEN key.revoked_at IS NOT NULL THEN 'revoked'
            WHEN key.expires_at <= now() THEN 'expired'
            WHEN key.disabled_at IS NOT NULL THEN 'disabled'
            WHEN organization.status = 'suspended' THEN 'organization-suspended'
            ELSE 'active'
        END
        """;

    private const string Columns = $"""
        key.id, key.organization_id, organization.name AS organization_name, key.name,
        split_part(key.key_prefix, '_', 2) AS environment, key.key_prefix AS prefix,
        {Status} AS status,
        key.created_at, key.expires_at, key.revoked_at, key.rotated_from,
        key.scopes, key.allowed_networks::text[] AS networks, key.disabled_at, used.last_used_at,
        (SELECT successor.id FROM api_keys AS successor WHERE successor.rotated_from = key.id) AS rotated_to,
        CASE WHEN used.last_used_at IS NOT NULL THEN greatest(extract(epoch FROM now() - used.last_used_at)::bigint, 0) END AS last_used_seconds_ago,
        key.version
        """;

    private const string OfOrganization = """
        JOIN organizations AS organization ON organization.id = key.organization_id
        LEFT JOIN api_key_last_used AS used ON used.api_key_id = key.id
        """;

    /// <summary>Stores a new key.</summary>
    /// <exception cref="CommandException">Another key has taken over from the same one.</exception>
    public async Task<ApiKey> CreateAsync(Guid organizationId, NewApiKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.QuerySingleAsync<ApiKey>(new CommandDefinition(
                $"""
                WITH key AS (
                    INSERT INTO api_keys (organization_id, name, key_hash, key_prefix, expires_at, rotated_from, scopes, allowed_networks)
                    VALUES (@organizationId, @name, @hash, @prefix, @expiresAt, @rotatedFrom, @scopes::text[], @networks::text[]::cidr[])
                    RETURNING *)
                SELECT {Columns} FROM key {OfOrganization}
                """,
                new
                {
                    organizationId,
                    name = key.Name,
                    hash = ApiKeyHash.Of(key.Key).ToArray(),
                    prefix = ApiKeyFormat.Display(key.Key),
                    expiresAt = key.ExpiresAt,
                    rotatedFrom = key.RotatedFrom,
                    scopes = key.Scopes.ToArray(),
                    networks = key.Networks.ToArray(),
                },
                cancellationToken: cancellationToken));
        }
        catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: RotatedOnce })
        {
            throw new CommandException(ExitCode.Conflict, $"key {key.RotatedFrom} \"{key.Name}\" has been rotated already");
        }
    }

    /// <summary>Stores many new keys, some at a time; for a transaction, so that it is all of them or none.</summary>
    public async Task CreateAllAsync(IReadOnlyList<NewKeyLine> keys, Action<long> progress, CancellationToken cancellationToken)
    {
        var done = 0L;
        foreach (var portion in keys.Chunk(Portion))
        {
            // Lists as text: an array of arrays would have to be a rectangle. Neither scopes nor networks can have spaces.
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix, expires_at, scopes, allowed_networks)
                SELECT id, organization_id, name, key_hash, key_prefix, expires_at, string_to_array(scopes, ' '), string_to_array(networks, ' ')::cidr[]
                FROM unnest(@ids, @organizationIds, @names, @hashes, @prefixes, @expiries, @scopes, @networks)
                    AS key (id, organization_id, name, key_hash, key_prefix, expires_at, scopes, networks)
                """,
                new
                {
                    ids = Array.ConvertAll(portion, static key => key.Id),
                    organizationIds = Array.ConvertAll(portion, static key => key.OrganizationId),
                    names = Array.ConvertAll(portion, static key => key.Name),
                    hashes = Array.ConvertAll(portion, static key => ApiKeyHash.Of(key.Key).ToArray()),
                    prefixes = Array.ConvertAll(portion, static key => ApiKeyFormat.Display(key.Key)),
                    expiries = Array.ConvertAll(portion, static key => key.ExpiresAt is { } time ? new DateTimeOffset(time) : (DateTimeOffset?)null),
                    scopes = Array.ConvertAll(portion, static key => string.Join(' ', key.Scopes)),
                    networks = Array.ConvertAll(portion, static key => string.Join(' ', key.Networks)),
                },
                cancellationToken: cancellationToken));
            progress(done += portion.Length);
        }
    }

    /// <summary>Keys by organization, the newest last.</summary>
    public IAsyncEnumerable<ApiKey> ListAsync(Guid? organizationId, bool includeEnded) =>
        connection.QueryUnbufferedAsync<ApiKey>(
            $"""
            SELECT {Columns} FROM api_keys AS key {OfOrganization}
            WHERE (@organizationId IS NULL OR key.organization_id = @organizationId)
              AND (@includeEnded OR (key.revoked_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > now())))
            ORDER BY lower(organization.name), key.organization_id, key.created_at, key.id
            """,
            new { organizationId, includeEnded });

    /// <summary>How many an organization has, by status.</summary>
    public Task<KeyCounts> CountAsync(Guid organizationId, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<KeyCounts>(new CommandDefinition(
            $"""
            SELECT count(*) AS total,
                count(*) FILTER (WHERE status = 'active') AS active,
                count(*) FILTER (WHERE status = 'organization-suspended') AS organization_suspended,
                count(*) FILTER (WHERE status = 'disabled') AS disabled,
                count(*) FILTER (WHERE status = 'expired') AS expired,
                count(*) FILTER (WHERE status = 'revoked') AS revoked,
                max(last_used_at) AS last_used_at
            FROM (SELECT {Status} AS status, used.last_used_at FROM api_keys AS key {OfOrganization} WHERE key.organization_id = @organizationId) AS keys
            """,
            new { organizationId },
            cancellationToken: cancellationToken));

    /// <summary>The one key that is meant.</summary>
    /// <exception cref="CommandException">There is none, or more than one could be meant.</exception>
    public async Task<ApiKey> GetAsync(IdPrefix id, CancellationToken cancellationToken)
    {
        var matches = (await connection.QueryAsync<ApiKey>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM api_keys AS key {OfOrganization}
            WHERE key.id BETWEEN @lowest AND @highest
            ORDER BY key.id
            LIMIT {Candidates.Asked}
            """,
            new { lowest = id.Lowest, highest = id.Highest },
            cancellationToken: cancellationToken))).AsList();
        return Candidates.Only(
            matches, "key", id.Text, "keygen list --all", key => $"{key.Id}  {key.Prefix}…  {key.Name} ({key.OrganizationName})");
    }

    /// <summary>The key itself, by its hash; <c>null</c> where there is none.</summary>
    public Task<ApiKey?> FindAsync(ApiKeyHash hash, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<ApiKey>(new CommandDefinition(
            $"SELECT {Columns} FROM api_keys AS key {OfOrganization} WHERE key.key_hash = @hash",
            new { hash = hash.ToArray() },
            cancellationToken: cancellationToken));

    /// <summary>What is shown of these keys, in no order.</summary>
    public Task<IEnumerable<ApiKeyLabel>> LabelsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        connection.QueryAsync<ApiKeyLabel>(new CommandDefinition(
            "SELECT id, name, key_prefix AS prefix FROM api_keys WHERE id = ANY(@ids)", new { ids }, cancellationToken: cancellationToken));

    /// <summary>
    /// Revokes a key from now on; answers <c>null</c> where somebody else did so before, whose time stays. The key stays
    /// locked until the transaction ends, so that only one can take its place.
    /// </summary>
    public Task<ApiKey?> RevokeAsync(Guid id, CancellationToken cancellationToken) =>
        SetAsync("revoked_at = now()", "revoked_at IS NULL", new { id }, cancellationToken);

    /// <summary>Lets a key that works end after the grace, if it would not end sooner; answers <c>null</c> where it has ended or is disabled.</summary>
    public Task<ApiKey?> EndAfterAsync(Guid id, TimeSpan grace, CancellationToken cancellationToken) =>
        SetAsync(
            "expires_at = least(expires_at, now() + @grace)",
            "revoked_at IS NULL AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > now())",
            new { id, grace },
            cancellationToken);

    /// <summary>Takes a key out of use; answers <c>null</c> where it is so, or is revoked.</summary>
    public Task<ApiKey?> DisableAsync(Guid id, CancellationToken cancellationToken) =>
        SetAsync("disabled_at = now()", "revoked_at IS NULL AND disabled_at IS NULL", new { id }, cancellationToken);

    /// <summary>Takes a disabled key back into use; answers <c>null</c> where it is not disabled, or is revoked.</summary>
    public Task<ApiKey?> EnableAsync(Guid id, CancellationToken cancellationToken) =>
        SetAsync("disabled_at = NULL", "revoked_at IS NULL AND disabled_at IS NOT NULL", new { id }, cancellationToken);

    /// <summary>Changes what is named of a key; answers <c>null</c> where it is revoked.</summary>
    public Task<ApiKey?> UpdateAsync(Guid id, ApiKeyChange change, CancellationToken cancellationToken) =>
        SetAsync(
            """
            name = coalesce(@name::text, name),
            scopes = coalesce(@scopes::text[], scopes),
            allowed_networks = coalesce(@networks::text[]::cidr[], allowed_networks),
            expires_at = CASE WHEN @neverExpires THEN NULL ELSE coalesce(@expiresAt::timestamptz, expires_at) END
            """,
            "revoked_at IS NULL",
            new
            {
                id,
                name = change.Name,
                scopes = change.Scopes?.ToArray(),
                networks = change.Networks?.ToArray(),
                neverExpires = change.NeverExpires,
                expiresAt = change.ExpiresAt,
            },
            cancellationToken);

    private Task<ApiKey?> SetAsync(string assignments, string condition, object parameters, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<ApiKey>(new CommandDefinition(
            $"""
            WITH key AS (UPDATE api_keys SET {assignments} WHERE id = @id AND {condition} RETURNING *)
            SELECT {Columns} FROM key {OfOrganization}
            """,
            parameters,
            cancellationToken: cancellationToken));
}
