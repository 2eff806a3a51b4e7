using Dapper;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Organizations;
using Npgsql;

namespace Gateway.Keygen.AuditLog;

/// <summary>The table <c>audit_log</c>, which triggers write.</summary>
internal sealed class AuditStore(NpgsqlConnection connection)
{
    private const string Selected = """
        SELECT entry.id, entry.at, entry.actor, entry.by_hand, entry.database_user, entry.version, entry.action, entry.record,
            entry.organization_id, organization.name AS organization_name, entry.api_key_id, key.name AS api_key_name,
            entry.before::text AS before, entry.after::text AS after
        FROM audit_log AS entry
        LEFT JOIN organizations AS organization ON organization.id = entry.organization_id
        LEFT JOIN api_keys AS key ON key.id = entry.api_key_id
        """;

    /// <summary>The newest first.</summary>
    public IAsyncEnumerable<AuditEntry> ListAsync(AuditSelection selection, long limit) => connection.QueryUnbufferedAsync<AuditEntry>(
        $"""
        {Selected}
        WHERE (@OrganizationId::uuid IS NULL OR entry.organization_id = @OrganizationId)
            AND (@ApiKeyId::uuid IS NULL OR entry.api_key_id = @ApiKeyId)
            AND (@Actor::text IS NULL OR lower(entry.actor) = lower(@Actor))
            AND (@from::timestamptz IS NULL OR entry.at >= @from)
            AND (@to::timestamptz IS NULL OR entry.at < @to)
        ORDER BY entry.id DESC
        LIMIT @limit
        """,
        new
        {
            selection.OrganizationId,
            selection.ApiKeyId,
            selection.Actor,
            from = selection.From?.UtcDateTime,
            to = selection.To?.UtcDateTime,
            limit,
        });

    /// <summary>The newest entry's id, 0 where there is none.</summary>
    public Task<long> LastIdAsync(CancellationToken cancellationToken) => connection.ExecuteScalarAsync<long>(
        new CommandDefinition("SELECT coalesce(max(id), 0) FROM audit_log", cancellationToken: cancellationToken));

    /// <summary>What the running transaction has added after an entry, in its order.</summary>
    public IAsyncEnumerable<AuditEntry> SinceAsync(long id) => connection.QueryUnbufferedAsync<AuditEntry>(
        $"""
        {Selected}
        WHERE entry.id > @id AND entry.version = nullif(current_setting('gateway.configuration_version', true), '')::bigint
        ORDER BY entry.id
        """,
        new { id });

    /// <summary>The organization that is meant, which may be gone if its whole id is given.</summary>
    /// <exception cref="CommandException">There is none, or more than one could be meant.</exception>
    public async Task<Guid> OrganizationAsync(OrganizationReference reference, CancellationToken cancellationToken)
    {
        if (reference.Id is { IsWhole: true, Lowest: var id }
            && await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "SELECT EXISTS (SELECT FROM audit_log WHERE organization_id = @id)", new { id }, cancellationToken: cancellationToken)))
        {
            return id;
        }

        return (await new OrganizationStore(connection).GetAsync(reference, cancellationToken)).Id;
    }

    /// <summary>The key that is meant, which may be gone.</summary>
    /// <exception cref="CommandException">There is none, or more than one could be meant.</exception>
    public async Task<Guid> KeyAsync(IdPrefix id, CancellationToken cancellationToken)
    {
        var matches = (await connection.QueryAsync<Guid>(new CommandDefinition(
            $"""
            SELECT id FROM api_keys WHERE id BETWEEN @Lowest AND @Highest
            UNION
            SELECT api_key_id FROM audit_log WHERE api_key_id BETWEEN @Lowest AND @Highest
            ORDER BY id
            LIMIT {Candidates.Asked}
            """,
            new { id.Lowest, id.Highest },
            cancellationToken: cancellationToken))).AsList();
        return Candidates.Only(matches, "key", id.Text, "keygen list --all", static match => match.ToString());
    }
}
