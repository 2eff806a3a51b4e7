using Dapper;
using Gateway.Database.Running;
using Gateway.Database.Scripts;
using Npgsql;

namespace Gateway.Database.Roles;

/// <summary>
/// Makes the roles of our programs and the users that belong to them, and sets what the roles may do in a database. All of it can
/// be done again and again. Nothing is ever dropped: roles belong to the whole server, and other databases may use them.
/// </summary>
/// <param name="connectionString">The database, as its owner. To make roles or users it also needs CREATEROLE.</param>
public sealed class RoleSetup(string connectionString)
{
    private const string ResourceName = "roles/privileges.sql";

    private static readonly string[] RoleNames = [.. DatabaseRole.All.Select(static role => role.Name)];

    /// <summary>Called when migrations, or another of these, are under way and this one waits.</summary>
    public Action? OnWaiting { get; init; }

    /// <summary>Makes what is missing of roles and users, sets the users' passwords and the roles' privileges.</summary>
    /// <param name="logins">The users, each of another name.</param>
    /// <param name="cancellationToken">Stops it; what the roles may do has then been set completely or not at all.</param>
    /// <exception cref="MigrationException">Migrations are missing, a role cannot be made, or a user must not be one of ours.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses.</exception>
    public async Task ApplyAsync(IReadOnlyList<DatabaseLogin> logins, CancellationToken cancellationToken)
    {
        await using var session = await MigrationSession.OpenAsync(connectionString, OnWaiting, cancellationToken);
        var version = await SchemaVersion.ReadAsync(session.Connection, cancellationToken);
        if (version != Migration.LatestVersion)
        {
            throw new MigrationException(
                MigrationFailure.Conflict, $"the schema is at version {version}, and this build sets privileges of {Migration.LatestVersion}: run gateway-db up");
        }

        foreach (var role in RoleNames)
        {
            await CreateAsync(session.Connection, role, "NOLOGIN", cancellationToken);
        }

        await SetPrivilegesAsync(session, cancellationToken);
        foreach (var login in logins)
        {
            await ApplyAsync(session.Connection, login, cancellationToken);
        }
    }

    /// <summary>After migrations: tables that they made are given to the roles, where there are roles.</summary>
    internal static async Task RefreshPrivilegesAsync(MigrationSession session, CancellationToken cancellationToken)
    {
        var known = await session.Connection.ExecuteScalarAsync<int>(new CommandDefinition(
            "SELECT count(*)::integer FROM pg_roles WHERE rolname = ANY (@RoleNames)", new { RoleNames }, cancellationToken: cancellationToken));
        if (known == RoleNames.Length)
        {
            await SetPrivilegesAsync(session, cancellationToken);
        }
    }

    private static Task SetPrivilegesAsync(MigrationSession session, CancellationToken cancellationToken) =>
        session.InTransactionAsync(() => Privileges().ExecuteAsync(session.Connection, cancellationToken), cancellationToken);

    private static SqlFile Privileges()
    {
        using var reader = new StreamReader(typeof(RoleSetup).Assembly.GetManifestResourceStream(ResourceName)!);
        return new SqlFile(ResourceName, reader.ReadToEnd());
    }

    /// <summary>Makes a role unless there is one. Two may try at once, of two databases of the same server.</summary>
    private static async Task CreateAsync(NpgsqlConnection connection, string name, string attributes, CancellationToken cancellationToken)
    {
        if (await ReadAsync<bool>(connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = @name)", new { name }, cancellationToken))
        {
            return;
        }

        try
        {
            await ExecuteAsync(connection, $"CREATE ROLE {Quoted(name)} {attributes}", cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
        {
            // It is there now.
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new MigrationException(
                MigrationFailure.Failed,
                $"there is no role {name}, and this user may not make it: let one with CREATEROLE say CREATE ROLE {Quoted(name)} {attributes}, then run this again",
                exception);
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, DatabaseLogin login, CancellationToken cancellationToken)
    {
        await CreateAsync(connection, login.Name, "LOGIN", cancellationToken);

        // Its privileges would be no limit for it.
        if (await ReadAsync<bool>(
            connection,
            """
            SELECT rolsuper OR rolname = current_user OR pg_has_role(rolname, (SELECT relowner FROM pg_class WHERE oid = 'usage_ledger'::regclass), 'MEMBER')
            FROM pg_roles WHERE rolname = @Name
            """,
            new { login.Name },
            cancellationToken))
        {
            throw new MigrationException(
                MigrationFailure.Conflict, $"user {login.Name} is a superuser or owns the tables and may do everything: choose another for {login.Role.Name}");
        }

        await ExecuteAsync(connection, $"ALTER ROLE {Quoted(login.Name)} LOGIN PASSWORD '{ScramVerifier.Of(login.Password)}'", cancellationToken);
        foreach (var role in DatabaseRole.All)
        {
            var isMember = await ReadAsync<bool>(connection, "SELECT pg_has_role(@user, @role, 'MEMBER')", new { user = login.Name, role = role.Name }, cancellationToken);
            if (isMember != (role == login.Role))
            {
                await ExecuteAsync(
                    connection, isMember ? $"REVOKE {role.Name} FROM {Quoted(login.Name)}" : $"GRANT {role.Name} TO {Quoted(login.Name)}", cancellationToken);
            }
        }
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, string sql, object parameters, CancellationToken cancellationToken) =>
        (await connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)))!;

    private static Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: cancellationToken));
}
