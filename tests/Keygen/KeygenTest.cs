using Gateway.Contracts;
using Gateway.Hosting.Kafka;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Keygen.Tests;

/// <summary>Runs commands without a console, each test on a database of its own.</summary>
public abstract class KeygenTest(TestServers servers) : CommandLineTest, IAsyncLifetime
{
    protected TestServers Servers { get; } = servers;

    internal string DatabaseUrl { get; private set; } = null!;

    /// <summary>An organization to work with.</summary>
    internal Guid Organization { get; private set; }

    public async ValueTask InitializeAsync()
    {
        // Some use Kafka before keygen does.
        Librdkafka.UseSystemLibrary();
        DatabaseUrl = await Servers.CreateDatabaseAsync();
        Variables[EnvironmentVariables.DatabaseUrl] = DatabaseUrl;
        await PrepareAsync();
        Organization = Guid.Parse((await RunAsync("org", "create", "Example Ltd")).Succeeded().OutputLines.Single());
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>What a class of tests does to each of its databases.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Makes a key; answers its id and itself.</summary>
    internal async Task<(Guid Id, string Key)> CreateKeyAsync(string name = "web shop", params string[] more)
    {
        var json = (await RunAsync(["create", "--org-id", $"{Organization}", "--name", name, "--json", .. more])).Succeeded().Json;
        return (json.GetProperty("id").GetGuid(), json.GetProperty("key").GetString()!);
    }

    internal async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(Database.DatabaseUrl.Parse(DatabaseUrl).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
