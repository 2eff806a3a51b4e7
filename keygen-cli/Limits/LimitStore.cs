using Dapper;
using Gateway.Keygen.Organizations;
using Npgsql;

namespace Gateway.Keygen.Limits;

/// <summary>The table <c>rate_limit_configs</c>, and whether an organization's limits are in shadow.</summary>
internal sealed class LimitStore(NpgsqlConnection connection)
{
    public const string Minute = "minute";
    public const string Day = "day";

    private const string Columns = "config.period, config.limit_units, config.burst_units, config.is_shadow, config.updated_at";

    private const string OfSubject =
        """
        organization_id = @OrganizationId
        AND api_key_id IS NOT DISTINCT FROM @ApiKeyId::uuid AND route IS NOT DISTINCT FROM @Route::text
        """;

    /// <summary>All limits, those of however many keys and routes too.</summary>
    public async Task<OrganizationLimits> GetAsync(Organization organization, CancellationToken cancellationToken) =>
        new(await GetCommonAsync(organization, cancellationToken))
        {
            Keys = await OfKeysAsync(organization.Id).ToListAsync(cancellationToken),
            Routes = await OfRoutesAsync(organization.Id).ToListAsync(cancellationToken),
        };

    /// <summary>What holds for all keys and routes.</summary>
    public async Task<CommonLimits> GetCommonAsync(Organization organization, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM rate_limit_configs AS config
            WHERE config.organization_id = @Id AND config.api_key_id IS NULL AND config.route IS NULL
            """,
            new { organization.Id },
            cancellationToken: cancellationToken))).AsList();
        var areShadow = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT limits_are_shadow FROM organizations WHERE id = @Id", new { organization.Id }, cancellationToken: cancellationToken));
        return new CommonLimits(organization.Id, organization.Name, Of(Minute), Of(Day), areShadow);

        Limit? Of(string period) => rows.Find(row => row.Period == period)?.ToLimit();
    }

    /// <summary>The limits of single keys, as they are read, by the keys' names.</summary>
    public IAsyncEnumerable<KeyLimit> OfKeysAsync(Guid organizationId) =>
        connection.QueryUnbufferedAsync<Row>(
            $"""
            SELECT {Columns}, config.api_key_id, key.name AS api_key_name, key.key_prefix AS api_key_prefix
            FROM rate_limit_configs AS config JOIN api_keys AS key ON key.id = config.api_key_id
            WHERE config.organization_id = @organizationId
            ORDER BY lower(key.name), config.api_key_id
            """,
            new { organizationId })
            .Select(row => new KeyLimit(row.ApiKeyId!.Value, row.ApiKeyName!, row.ApiKeyPrefix!, row.ToLimit()));

    /// <summary>The limits of single routes, as they are read, by the routes' names.</summary>
    public IAsyncEnumerable<RouteLimit> OfRoutesAsync(Guid organizationId) =>
        connection.QueryUnbufferedAsync<Row>(
            $"""
            SELECT {Columns}, config.route FROM rate_limit_configs AS config
            WHERE config.organization_id = @organizationId AND config.route IS NOT NULL
            ORDER BY config.route
            """,
            new { organizationId })
            .Select(row => new RouteLimit(row.Route!, row.ToLimit()));

    /// <summary>Sets a limit; where <paramref name="isShadow"/> is null it stays in shadow or not as it was.</summary>
    public Task SetAsync(
        LimitSubject subject, string period, long limitUnits, long burstUnits, bool? isShadow, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO rate_limit_configs AS old (organization_id, period, api_key_id, route, limit_units, burst_units, is_shadow)
            VALUES (@OrganizationId, @period, @ApiKeyId::uuid, @Route::text, @limitUnits, @burstUnits, coalesce(@isShadow::boolean, false))
            ON CONFLICT (organization_id, period, api_key_id, route) DO UPDATE SET
                limit_units = excluded.limit_units,
                burst_units = excluded.burst_units,
                is_shadow = coalesce(@isShadow::boolean, old.is_shadow),
                updated_at = now()
            """,
            new { subject.OrganizationId, subject.ApiKeyId, subject.Route, period, limitUnits, burstUnits, isShadow },
            cancellationToken: cancellationToken));

    /// <summary>Puts what limits there are of a subject into shadow, or enforces them; answers how many there are.</summary>
    public Task<int> MarkAsync(LimitSubject subject, bool isShadow, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            $"UPDATE rate_limit_configs SET is_shadow = @isShadow, updated_at = now() WHERE {OfSubject}",
            new { subject.OrganizationId, subject.ApiKeyId, subject.Route, isShadow },
            cancellationToken: cancellationToken));

    public Task UnsetAsync(LimitSubject subject, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            $"DELETE FROM rate_limit_configs WHERE {OfSubject}", subject, cancellationToken: cancellationToken));

    /// <summary>Also the limits of all keys and routes.</summary>
    public Task UnsetAllAsync(Guid organizationId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM rate_limit_configs WHERE organization_id = @organizationId",
            new { organizationId },
            cancellationToken: cancellationToken));

    /// <summary>Gives a key the limit that another one has, if that has one.</summary>
    public Task CopyAsync(Guid fromApiKeyId, Guid toApiKeyId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO rate_limit_configs (organization_id, period, api_key_id, limit_units, burst_units, is_shadow)
            SELECT organization_id, period, @toApiKeyId, limit_units, burst_units, is_shadow
            FROM rate_limit_configs WHERE api_key_id = @fromApiKeyId
            """,
            new { fromApiKeyId, toApiKeyId },
            cancellationToken: cancellationToken));

    /// <summary>Puts all limits of an organization into shadow, the gateway's defaults included, or enforces them again.</summary>
    public Task SetAllShadowAsync(Guid organizationId, bool areShadow, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE organizations SET limits_are_shadow = @areShadow, updated_at = now()
            WHERE id = @organizationId AND limits_are_shadow <> @areShadow
            """,
            new { organizationId, areShadow },
            cancellationToken: cancellationToken));

    private sealed record Row
    {
        public required string Period { get; init; }

        public required long LimitUnits { get; init; }

        public required long BurstUnits { get; init; }

        public required bool IsShadow { get; init; }

        public required DateTime UpdatedAt { get; init; }

        public Guid? ApiKeyId { get; init; }

        public string? ApiKeyName { get; init; }

        public string? ApiKeyPrefix { get; init; }

        public string? Route { get; init; }

        public Limit ToLimit() => new() { LimitUnits = LimitUnits, BurstUnits = BurstUnits, IsShadow = IsShadow, UpdatedAt = UpdatedAt };
    }
}
