using Dapper;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Commands;
using Npgsql;

namespace Gateway.Keygen.Organizations;

/// <summary>The table <c>organizations</c>.</summary>
internal sealed class OrganizationStore(NpgsqlConnection connection)
{
    private const string Columns = "id, name, status, created_at, version";

    public async Task<Organization> CreateAsync(Guid? id, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.QuerySingleAsync<Organization>(new CommandDefinition(
                $"INSERT INTO organizations (id, name) VALUES (coalesce(@id, gen_random_uuid()), @name) RETURNING {Columns}",
                new { id, name },
                cancellationToken: cancellationToken));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new CommandException(ExitCode.Conflict, $"there is an organization with id {id} already");
        }
    }

    public IAsyncEnumerable<Organization> ListAsync() =>
        connection.QueryUnbufferedAsync<Organization>($"SELECT {Columns} FROM organizations ORDER BY lower(name), id");

    /// <summary>The one organization that is meant.</summary>
    /// <exception cref="CommandException">There is none, or more than one could be meant.</exception>
    public async Task<Organization> GetAsync(OrganizationReference reference, CancellationToken cancellationToken)
    {
        // A whole id means that id even where another organization is called like it.
        var matches = (await connection.QueryAsync<Organization>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM organizations
            WHERE id BETWEEN @lowest AND @highest OR (NOT @isWhole AND lower(name) = lower(@text))
            ORDER BY lower(name), id
            LIMIT {Candidates.Asked}
            """,
            new
            {
                lowest = reference.Id?.Lowest,
                highest = reference.Id?.Highest,
                isWhole = reference.Id is { IsWhole: true },
                text = reference.Text,
            },
            cancellationToken: cancellationToken))).AsList();
        return Candidates.Only(
            matches, "organization", reference.Text, "keygen org list", organization => $"{organization.Id}  {organization.Name}");
    }

    /// <summary>The organization of a key that there is.</summary>
    public Task<Organization> GetAsync(Guid id, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<Organization>(new CommandDefinition(
            $"SELECT {Columns} FROM organizations WHERE id = @id", new { id }, cancellationToken: cancellationToken));

    /// <summary>What those of these organizations are called that there are.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<(Guid Id, string Name)>(new CommandDefinition(
            "SELECT id, name FROM organizations WHERE id = ANY(@ids)", new { ids }, cancellationToken: cancellationToken)))
            .ToDictionary(static row => row.Id, static row => row.Name);

    /// <summary>The configuration's version in which it, its limits or its quota were changed last; in a transaction that has changed them, its own.</summary>
    public Task<long> VersionAsync(Guid id, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT version FROM organizations WHERE id = @id", new { id }, cancellationToken: cancellationToken));

    /// <summary>Calls it otherwise; what it is called already changes nothing.</summary>
    public Task<Organization> RenameAsync(Guid id, string name, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<Organization>(new CommandDefinition(
            $"UPDATE organizations SET name = @name, updated_at = now() WHERE id = @id RETURNING {Columns}",
            new { id, name },
            cancellationToken: cancellationToken));

    /// <summary>Suspends or resumes; answers <c>null</c> where it is so already.</summary>
    public Task<Organization?> SetStatusAsync(Guid id, string status, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<Organization>(new CommandDefinition(
            $"""
            UPDATE organizations SET status = @status, updated_at = now() WHERE id = @id AND status <> @status
            RETURNING {Columns}
            """,
            new { id, status },
            cancellationToken: cancellationToken));
}
