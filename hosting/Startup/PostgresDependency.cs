using Gateway.Database.Running;
using Npgsql;

namespace Gateway.Hosting.Startup;

/// <summary>PostgreSQL with the schema that this build works with, or a later one.</summary>
public sealed class PostgresDependency(NpgsqlDataSource dataSource) : IDependency
{
    /// <inheritdoc/>
    public string Name
    {
        get
        {
            var address = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
            return $"PostgreSQL at {address.Host}:{address.Port}, database {address.Database}";
        }
    }

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var version = await ReadVersionAsync(connection, cancellationToken);
        if (version < Migration.LatestVersion)
        {
            throw new InvalidOperationException(
                $"its schema is at version {version}, this build needs {Migration.LatestVersion}; apply the migrations (gateway-db up)");
        }
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await SchemaVersion.ReadAsync(connection, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InvalidOperationException(
                $"its user has no rights there ({exception.MessageText}); give them to it (gateway-db roles)", exception);
        }
    }
}
