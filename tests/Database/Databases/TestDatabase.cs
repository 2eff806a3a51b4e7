using Dapper;
using Gateway.Database.Roles;
using Gateway.Database.Running;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Databases;

/// <summary>A fresh and empty database of one test.</summary>
internal sealed record TestDatabase(PostgresServer Server, string Name)
{
    public string Url => Server.Url(Name);

    public string ConnectionString => Server.ConnectionString(Name) + ";Pooling=false";

    public string Address => $"127.0.0.1:{Server.Port}/{Name}";

    public static async Task<TestDatabase> CreateAsync(TestServers servers)
    {
        var database = new TestDatabase(await servers.PostgresAsync(), $"empty_{Guid.NewGuid():N}");
        await database.Server.CreateDatabaseAsync(database.Name, default);
        return database;
    }

    /// <summary>A database with the whole schema.</summary>
    public static async Task<TestDatabase> CreateMigratedAsync(TestServers servers) =>
        new(await servers.PostgresAsync(), new Uri(await servers.CreateDatabaseAsync()).AbsolutePath[1..]);

    /// <summary>The same, with the roles of our programs.</summary>
    public static async Task<TestDatabase> CreateWithRolesAsync(TestServers servers)
    {
        var database = await CreateMigratedAsync(servers);
        await new RoleSetup(database.ConnectionString).ApplyAsync([], default);
        return database;
    }

    public MigrationRunner Runner(params Migration[] migrations) => new(ConnectionString, migrations.Length == 0 ? Migration.All : migrations);

    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await ConnectAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    public async Task<T> ReadAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await ConnectAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql)
    {
        await using var connection = await ConnectAsync();
        return (await connection.QueryAsync<T>(sql)).AsList();
    }

    public Task<bool> HasRelationAsync(string name) => ReadAsync<bool>("SELECT to_regclass(@name) IS NOT NULL", new { name });
}
